"""The questions of the load balancing chapter; every figure in them is computed or measured."""

from coursekit.i18n import mark as _
from coursekit.quizzes.balancing import scenes as at
from coursekit.quizzes.balancing.measured import EQUAL, VARIED
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.balancing.formulas import busy_after_loss, fan_out, mm1_response
from coursekit.sims.message import Message


def _percent(share: float) -> Message:
    return Message.of("{percent} %", percent=round(100 * share))


_TIMES = mm1_response(0.9, 1) / mm1_response(0.8, 1)
_PAGES = fan_out(100, 0.01)
_CYCLE = range(90)  # every pair of remainders by 10 and by 9, once
_MOVED = sum(each % 10 != each % 9 for each in _CYCLE) / len(_CYCLE)
_LESS = 100 * busy_after_loss(3, 0.75)

QUESTIONS = (
    Question(
        id="balancing-smooth", kind="single", scene=at.turns(),
        prompt=_("Weights 5, 1, 1. Why is “aabacaa” (smooth weighted round robin) preferred to “aaaaabc”?"),
        because=_("Both give a five requests of seven. Spread out, they leave a time to finish one before the next comes; in a burst they queue."),
        hints=(_("Count the letters in both."), _("The shares are equal. What differs?"), _("How many requests in a row does a get?")),
        choices=(
            Choice(text=_("it avoids bursts on one server"), right=True),
            Choice(text=_("it gives each server another share"), why=_("Count: five a, one b, one c in both."), scene=at.turns("lvs_wrr")),
            Choice(text=_("it looks at how busy the servers are"), why=_("It is blind: list and weights are all it knows. The same seven letters come whatever the servers do."), scene=at.turns()),
            Choice(text=_("it shuffles the requests at random"), why=_("There is no chance in it: the next seven letters are the same again."), scene=at.turns()),
        ),
    ),
    Question(
        id="balancing-least", kind="single", scene=at.race(law="hyper"),
        prompt=_("When does least connections gain most over taking turns?"),
        because=Message.of("When some requests are much longer than others: it sees a server blocked by a long one and passes it by. With varied jobs it takes {least} s instead of {rr} s, with equal jobs {equal_least} s and {equal_rr} s.", least=VARIED["least_conn"], rr=VARIED["rr"], equal_least=EQUAL["least_conn"], equal_rr=EQUAL["rr"]),
        hints=(_("What does it know that turns do not?"), _("How many requests are in progress at each server."), _("When is that number very different from server to server?")),
        choices=(
            Choice(text=_("when job sizes vary a lot"), right=True),
            Choice(text=_("when all requests are equal"), why=_("Then turns are as good as one common line; counting cannot do better."), scene=at.race(law="det")),
            Choice(text=_("when users have sessions"), why=_("A session wants its own server, busy or not. That is stickiness, another matter."), scene=at.sticky("cookie")),
            Choice(text=_("when there is little traffic"), why=_("Then the lines are empty and every policy is as good."), scene=at.race(load=10)),
        ),
    ),
    Question(
        id="balancing-two-choices", kind="single", scene=at.race(),
        prompt=_("Look at two servers drawn at random and take the less busy one, instead of one drawn at random. What changes?"),
        because=Message.of("Long lines all but vanish: the share of servers with k or more requests falls like ρ^(2^k − 1) instead of ρ^k, doubly exponentially. At 90 % the mean goes from {random} s to {two} s.", random=VARIED["random"], two=VARIED["p2c"]),
        hints=(_("When is a long line joined at all?"), _("Only when both servers drawn have one that long."), _("If one in ten is that long, both are once in a hundred.")),
        choices=(
            Choice(text=_("long lines become doubly exponentially rare"), right=True),
            Choice(text=_("the wait is halved"), why=_("Two looks do far more than halve it: they make long lines rarer at every length."), scene=at.race()),
            Choice(text=_("it works, but only by knowing all servers"), why=_("It asks two of them, however many there are. Least connections must know all."), scene=at.race(servers=20)),
            Choice(text=_("it works, but only if all servers are equal"), why=_("The less busy of two is the better choice with unequal ones too; weights can be kept."), scene=at.race(slow=True)),
        ),
    ),
    Question(
        id="balancing-nat", kind="single", scene=at.sticky("ip_hash", 100),
        prompt=_("ip_hash, and all clients sit in one company behind one NAT address. What happens?"),
        because=_("One address, one hash, one server: all requests land on it, the others are idle. (nginx even takes the whole /24 as one.)"),
        hints=(_("What does ip_hash look at?"), _("The first three octets of the client's address."), _("How many different ones are there?")),
        choices=(
            Choice(text=_("everything lands on one server"), right=True),
            Choice(text=_("the requests spread by the clients' ports"), why=_("The port is not part of the hash: a browser opens many ports, and would lose its session."), scene=at.sticky("ip_hash", 100)),
            Choice(text=_("the requests spread by cookie"), why=_("That is another mechanism: it needs a cookie, and then the address does not matter."), scene=at.sticky("cookie", 100)),
            Choice(text=_("the balancer refuses: it needs distinct users"), why=_("A hash takes what it gets. It only spreads what differs."), scene=at.sticky("ip_hash", 60)),
        ),
    ),
    Question(
        id="balancing-modulo", kind="single", scene=at.ring("modulo", "remove", 8),
        prompt=_("One of 10 cache servers is removed; the server of a key is hash modulo number of servers. About how many keys move?"),
        because=_("A key stays only if its hash has the same remainder by 10 and by 9: nine hashes of every ninety. On a ring only the tenth that the removed server had would move."),
        hints=(_("Which server had the key, and which one has it now?"), _("Remainder by 10, remainder by 9: when are they equal?"), _("For the hashes 0 to 8 of every 90.")),
        choices=(
            Choice(text=_percent(_MOVED), right=True),
            Choice(text=_percent(0.1), why=_("That is consistent hashing: only the keys of the removed server move."), scene=at.ring("ring", "remove", 8)),
            Choice(text=_percent(0), why=_("The hash of a key does not change, but the number it is divided by does."), scene=at.ring("modulo", "remove", 8)),
            Choice(text=_percent(0.5), why=_("Half is a guess. Compare the remainders of 0, 1, … 89 by 10 and by 9."), scene=at.ring("modulo", "remove", 8)),
        ),
    ),
    Question(
        id="balancing-ninety", kind="single", scene=at.curve(90),
        prompt=_("One server goes from 80 % to 90 % busy. Its mean response time …"),
        because=Message.of("It is 1/(1 − ρ) services: from 5 to 10, {times:.0f} times as long. From 90 % to 95 % it doubles again.", times=_TIMES),
        hints=(_("What counts is how much is left free."), _("20 % free, then 10 %."), _("1/(1 − ρ).")),
        choices=(
            Choice(text=_("doubles"), right=True),
            Choice(text=_("grows by an eighth, like the load"), why=_("Response is not proportional to load: it is the free part that counts, and that is halved."), scene=at.curve(90)),
            Choice(text=_("stays the same, for the server is not full"), why=_("There is no cliff at 100 %: the line grows all the way up."), scene=at.curve(80)),
            Choice(text=_("grows by a fixed 10 ms"), why=_("Waiting comes in units of the service time, and the next 10 % cost far more than these."), scene=at.curve(95)),
        ),
    ),
    Question(
        id="balancing-drain", kind="single", scene=at.health(drain=True),
        prompt=_("What does draining a server mean?"),
        because=_("It takes no new requests and finishes those it has: nothing is lost, and it can be switched off when it is empty."),
        hints=(_("What would the users of that server notice?"), _("Nothing: what they have begun is finished."), _("And the next ones go elsewhere.")),
        choices=(
            Choice(text=_("it finishes what it has and takes nothing new"), right=True),
            Choice(text=_("it stops at once"), why=_("Then everything it holds is lost, as in a crash."), scene=at.health()),
            Choice(text=_("it gets weight 1"), why=_("A small weight is still a share: new requests go on arriving, and it never gets empty."), scene=at.turns("swrr", "5,5,1")),
            Choice(text=_("it gets a lower priority"), why=_("Priorities belong to VRRP, where one node serves and the other waits. Here all serve."), scene=at.double("active_passive")),
        ),
    ),
    Question(
        id="balancing-fan-out", kind="single", scene=at.FAN_OUT,
        prompt=_("1 call in 100 takes a second or more (p99 = 1 s). A page makes 100 calls at once. How many pages take a second or more?"),
        because=_("A page is fast only if all 100 calls are: 0.99¹⁰⁰ = 37 %. What a call does rarely, a page does mostly: that is why tails are watched, not means."),
        hints=(_("When is a page fast?"), _("When all of its calls are: 0.99 × 0.99 × …"), _("0.99¹⁰⁰ ≈ 0.37.")),
        choices=(
            Choice(text=_percent(_PAGES), right=True),
            Choice(text=_percent(0.01), why=_("That is one call. The page waits for the slowest of a hundred."), scene=at.FAN_OUT),
            Choice(text=_percent(1.0), why=_("You added the chances. Some pages have several slow calls, so others have none."), scene=at.FAN_OUT),
            Choice(text=_percent(0.1), why=_("Chances of a hundred calls multiply: 0.99¹⁰⁰ is far from 0.9."), scene=at.FAN_OUT),
        ),
    ),
    Question(
        id="balancing-weights", kind="single", scene=at.turns("swrr", "50,25,25", 12),
        prompt=_("“By processor power: 50, 25, 25.” What do these three numbers do?"),
        because=_("They are weights: fixed shares of the requests, half to a, a quarter each to b and c, however busy these are. Measured load needs an agent that reports it, and reports that are not old."),
        hints=(_("Who changes these numbers when a server gets busy?"), _("Nobody: they stand in the configuration."), _("So what do they share out?")),
        choices=(
            Choice(text=_("they give each server a fixed share of the requests"), right=True),
            Choice(text=_("they tell how busy each processor is now"), why=_("Nothing is measured. And a balancer that does measure, rarely, sends everybody to the same server."), scene=at.race(report=10)),
            Choice(text=_("they limit how much of its processor each may use"), why=_("A weight is a share, not a cap: with twice the requests every server gets twice as many."), scene=at.turns("swrr", "50,25,25", 24)),
            Choice(text=_("they are the chances in a draw"), why=_("In weighted turns nothing is drawn: of every four requests exactly two go to a."), scene=at.turns("swrr", "2,1,1", 12)),
        ),
    ),
    Question(
        id="balancing-slow-one", kind="single", scene=at.race(servers=3, load=70, slow=True),
        prompt=_("Three servers take turns, and one of them is four times slower. Together they are asked 70 % of what they can do. What happens?"),
        because=_("The slow one gets a third of the requests and has a ninth of the power: more comes to it than it can do, so its line grows without end. Weights that follow the speeds cure it, or counting what is in progress."),
        hints=(_("What share of the requests does the slow server get?"), _("A third. And what share of the power has it?"), _("1 of 4 + 4 + 1.")),
        choices=(
            Choice(text=_("the slow server's line grows without end"), right=True),
            Choice(text=_("requests take a little longer on average"), why=_("The longer the run, the longer the mean: there is no average to settle at."), scene=at.race(servers=3, load=70, slow=True)),
            Choice(text=_("nothing: 30 % are free"), why=_("They are free on the two fast ones. Turns do not ask who is free."), scene=at.race(servers=3, load=70, slow=True)),
            Choice(text=_("the slow server gets fewer requests"), why=_("Not by turns. Least connections would do that: a slow server keeps its requests longer."), scene=at.race(servers=3, load=70, slow=True, weighted=True)),
        ),
    ),
    Question(
        id="balancing-one-less", kind="numeric", answer=_LESS, tolerance=0.002, unit="%", scene=at.health(servers=3, load=75),
        prompt=_("Three servers, each 75 % busy. One dies, and the checks take it out. How busy would the other two have to be, in %?"),
        because=Message.of("{less:g} %: 3 × 75 % of work on two servers. They survive the crash and drown in its load: redundancy needs room to spare.", less=_LESS),
        hints=(_("How much work is there, in servers?"), _("3 × 0.75 = 2.25 servers' worth."), _("On two servers.")),
        choices=(
            Choice(value=75.0, why=_("Their own work is 75 %. The dead one's users come on top."), scene=at.health(servers=3, load=75)),
            Choice(value=100.0, why=_("You split the dead one's 75 % by three. Two are left to share it."), scene=at.health(servers=3, load=75)),
            Choice(value=150.0, why=_("That would be one server taking all of it. Two share it."), scene=at.health(servers=3, load=75)),
        ),
    ),
    Question(
        id="balancing-active-active", kind="single", scene=at.double("active_active", 90),
        prompt=_("Two balancers, both active, each the backup of the other. How much may each be busy if the loss of one is to be borne?"),
        because=_("Up to half of what it can do: the one that is left has the work of both."),
        hints=(_("Who has the work when one is gone?"), _("The other, with its own: twice as much."), _("Twice what is at most 100 %?")),
        choices=(
            Choice(text=_("less than half of its capacity"), right=True),
            Choice(text=_("nearly all of its capacity, for there are two"), why=_("Then the pair needs both, and the loss of one halves what you have."), scene=at.double("active_active", 180)),
            Choice(text=_("two thirds of its capacity"), why=_("That is for three, where two are left. Two thirds and two thirds are more than one."), scene=at.double("active_active", 134)),
            Choice(text=_("it does not matter: the address moves"), why=_("VRRP moves the address and every user behind it; it brings no capacity."), scene=at.double("active_active", 120)),
        ),
    ),
)  # fmt: skip
