"""What each load balancing lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.balancing import scenes as at
from coursekit.quizzes.balancing.measured import EQUAL, VARIED
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.balancing.doubled import Double, lose_one
from coursekit.sims.balancing.formulas import (
    mm1_response,
    mmc_response,
    servers_needed,
    wait_exceeds,
)
from coursekit.sims.balancing.hashing import modulo, moved
from coursekit.sims.balancing.turns import letters, lvs_wrr, smooth_steps, static_rr
from coursekit.sims.message import Message

_SMOOTH = letters([step.pick for step in smooth_steps((5, 1, 1), 7)])
_BURST = letters(lvs_wrr((5, 1, 1), 7))
_STATIC = letters(static_rr((5, 1, 1), 7))
_TURNS = letters([turn % 3 for turn in range(7)])
_ONE_LINE, _OWN_LINES = mmc_response(4, 3.2, 1), mm1_response(0.8, 1)
_ENOUGH = servers_needed(100, 12, 0.05, 0.05)
_NEARLY = 100 * wait_exceeds(_ENOUGH - 1, 100, 12, 0.05)
_LEFT = lose_one(Double(mode="active_active", rate=1200, capacity=1000))
_NAT = 0.6 + 0.4 / 3  # the office goes to one server, the rest is spread
_KEYS = [f"k{i}" for i in range(1000)]
_THREE = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
_FOUR = [*_THREE, "10.0.0.4:80"]
_MODULO = sum(modulo(key, 3) != modulo(key, 4) for key in _KEYS) / 10
_RING = moved(_THREE, _FOUR, _KEYS).moved / 10

PREDICTIONS = {
    "balancing-turns": Prediction(
        question=Question(
            id="balancing-predict-turns", kind="single",
            prompt=_("Three servers a, b, c have weights 5, 1, 1. nginx shares out seven requests by smooth weighted round robin. In which order?"),
            because=_("a gets five of seven, spread out: after each pick it pays the sum of all weights, 7, and has to save up again. Linux IPVS would send five in a row to a."),
            choices=(
                Choice(text=" ".join(_SMOOTH), right=True),
                Choice(text=" ".join(_BURST), why=_("That is the weighted round robin of Linux IPVS: same shares, but five requests in a row hit a."), scene=at.turns("lvs_wrr")),
                Choice(text=" ".join(_STATIC), why=_("That is HAProxy's static-rr: a map of seven places, made once and replayed."), scene=at.turns("static_rr")),
                Choice(text=" ".join(_TURNS), why=_("That is plain round robin: it does not look at weights."), scene=at.turns("rr")),
            ),
            hints=(_("At each request every server gains its weight; the one with most is picked and pays 7."), _("After the first request a has 5 − 7 = −2."), _("b and c gain 1 each time. When do they first have more than a?")),
        ),
        scene=at.turns(),
        change=_("let b go down at request 3, or choose weights 50, 25, 25: how long is the pattern?"),
    ),
    "balancing-queues": Prediction(
        question=Question(
            id="balancing-predict-queues", kind="single",
            prompt=_("Requests come at random, and each takes exactly one second. Under which policy does a request never wait while a server is idle?"),
            because=Message.of("Taking turns: with equal jobs, the server whose turn it is is the one that will be free first, so turns do what one common line would do (mean {rr:.2f} s at 90 % on ten servers, two random choices {p2c:.2f} s). With jobs of varied size this is lost: {varied} s.", rr=EQUAL["rr"], p2c=EQUAL["p2c"], varied=VARIED["rr"]),
            choices=(
                Choice(text=_("round robin: taking turns"), right=True),
                Choice(text=_("least connections"), why=_("It counts requests, not the seconds that each has left: of two servers with one request, it may take the one that has only just begun."), scene=at.queues("least_conn", law="det")),
                Choice(text=_("two random choices"), why=_("It looks at two servers only; a third may be idle."), scene=at.queues("p2c", law="det")),
                Choice(text=_("none of these"), why=_("Follow the turns: when a request waits under round robin, count the idle servers."), scene=at.queues("rr", law="det")),
            ),
            hints=(_("All jobs are equally long. Who will be free first?"), _("The one that was given work longest ago."), _("And whose turn is it?")),
        ),
        scene=at.queues("rr", law="det"),
        change=_("choose exponential job sizes, then other policies: who waits behind whom?"),
    ),
    "balancing-race": Prediction(
        question=Question(
            id="balancing-predict-race", kind="single",
            prompt=_("Ten equal servers, 90 % busy, jobs of 1 s on average. Each request goes to the server that reported the least busy processor; reports come every 10 s. Compared with choosing at random, the mean response time is …"),
            because=Message.of("Four times longer: over 200 000 requests {cpu} s against {random} s. Until the next report everybody runs to the same server, like a herd. Even a report every 2 s ({often} s) is no better than chance; least connections, which counts at each request, needs {least} s.", cpu=VARIED["cpu_10"], random=VARIED["random"], often=VARIED["cpu_2"], least=VARIED["least_conn"]),
            choices=(
                Choice(text=_("about four times longer"), right=True),
                Choice(text=_("about the same"), why=_("That is a report every 2 s, two mean services. Old news does worse than none."), scene=at.race(report=2)),
                Choice(text=_("about half"), why=_("The reports are true when they are made. A moment later, one server has all new requests."), scene=at.race(report=10)),
                Choice(text=_("five times shorter"), why=_("That is least connections, which knows at each request what is in progress."), scene=at.race(report=10)),
            ),
            hints=(_("How many requests come between two reports?"), _("Nine a second, ninety in ten seconds. Where do they all go?"), _("To the server that looked idle, one of ten.")),
        ),
        scene=at.race(report=10),
        change=_("choose equal jobs: which policy wins now? Then make one server four times slower, and let the weights follow."),
    ),
    "balancing-curve": Prediction(
        question=Question(
            id="balancing-predict-curve", kind="numeric", answer=_ONE_LINE, tolerance=0.15, unit=_("seconds"),
            prompt=_("Four supermarket tills, each 80 % busy, a customer takes 1 s on average. With a line at each till, chosen at random, a customer stays 5.0 s. With one common line for all tills, how long?"),
            because=Message.of("It is {one:.2f} s instead of {own:.1f} s, the 1 s at the till included: {gain:.1f} times shorter. In a common line nobody waits while a till is free.", one=_ONE_LINE, own=_OWN_LINES, gain=_OWN_LINES / _ONE_LINE),
            choices=(
                Choice(value=5.0, why=_("The tills are as busy as before, but now nobody waits at one while another is free."), scene=at.curve(80, 4, "separate")),
                Choice(value=1.25, why=_("A quarter of 5 s would leave 0.25 s of waiting. Sometimes all four tills are busy at once."), scene=at.curve(80, 4)),
                Choice(value=1.0, why=_("That is the service alone: nobody would ever wait, at 80 % load."), scene=at.curve(80, 4)),
                Choice(value=2.5, why=_("Half is a guess. The gain grows with the number of tills."), scene=at.curve(80, 4)),
            ),
            hints=(_("1 s of it is service. How long is the wait?"), _("One has to wait only if all four are busy: Erlang's C says 60 % of the time."), _("Those who wait are served at 4 a second, while 3.2 a second come: 0.6/(4 − 3.2).")),
        ),
        scene=at.curve(80, 4),
        change=_("go from 80 % to 90 %, then to 95 %: what does each step cost with one server, and with twenty?"),
    ),
    "balancing-size": Prediction(
        question=Question(
            id="balancing-predict-size", kind="numeric", answer=_ENOUGH, tolerance=1e-9,
            prompt=_("100 requests a second, a server handles 12. How many servers so that at most 5 % of the requests wait longer than 50 ms?"),
            because=Message.of("The answer is {enough}. Nine keep up, and still {nine:.0f} % wait longer than 50 ms; with eleven it is {nearly:.1f} %, with twelve {last:.1f} %.", enough=_ENOUGH, nine=100 * wait_exceeds(9, 100, 12, 0.05), nearly=_NEARLY, last=100 * wait_exceeds(_ENOUGH, 100, 12, 0.05)),
            choices=(
                Choice(value=9, why=_("100/12 = 8.33: nine servers keep up, 93 % busy. But at 93 % three requests in four have to wait."), scene=at.SIZE),
                Choice(value=10, why=_("83 % busy: still 18 % wait longer than 50 ms."), scene=at.SIZE),
                Choice(value=11, why=_("Nearly: 6 % wait longer than 50 ms."), scene=at.SIZE),
                Choice(value=8, why=_("8 × 12 = 96 a second: the queue would grow for ever."), scene=at.SIZE),
            ),
            hints=(_("How many are needed just to keep up?"), _("More than 8.33. Then some to spare, for requests come in bunches."), _("The spare is about the square root of what is needed: 8.33 and 2.9, rounded up.")),
        ),
        scene=at.SIZE,
        change=_("ask ten times as much, 1000 a second: must you buy ten times as many servers?"),
    ),
    "balancing-ring": Prediction(
        question=Question(
            id="balancing-predict-ring", kind="numeric", answer=_MODULO, tolerance=0.05, unit="%",
            prompt=_("Three cache servers; the server of a key is its hash modulo the number of servers. A fourth server is added. What share of the keys change server, in %?"),
            because=Message.of("The answer is {modulo} %, about n/(n + 1): nearly the whole cache is cold at once. On a ring of consistent hashing {ring} % move, all of them to the new server.", modulo=_MODULO, ring=_RING),
            choices=(
                Choice(value=25, why=_("That is the least there can be, and what a ring comes near to: the new server's share."), scene=at.ring("ring")),
                Choice(value=100 / 3, why=_("The number of servers grows by a third, but the remainders change nearly everywhere."), scene=at.ring("modulo")),
                Choice(value=50, why=_("Count twelve hashes, 0 to 11: how many have the same remainder by 3 and by 4?"), scene=at.ring("modulo")),
                Choice(value=100, why=_("Of twelve hashes, 0, 1 and 2 have the same remainder by 3 and by 4: a quarter stays."), scene=at.ring("modulo")),
            ),
            hints=(_("Write the numbers 0 to 11, and their remainders by 3 and by 4."), _("Which of them have the same remainder twice?"), _("0, 1 and 2: three of twelve stay.")),
        ),
        scene=at.ring("modulo"),
        change=_("choose the ring; then remove a server instead, and see whose keys move."),
    ),
    "balancing-health": Prediction(
        question=Question(
            id="balancing-predict-health", kind="single",
            prompt=_("One of four servers dies and refuses every request at once. Until the checks notice, round robin loses one request in four. What does least connections lose in that time?"),
            because=_("Far more: whoever refuses at once never has a request in progress, so the dead server looks least busy of all. It is a black hole for every request that comes while the others are busy. One retry on another server saves them."),
            choices=(
                Choice(text=_("far more, up to all of them"), right=True),
                Choice(text=_("one in four as well"), why=_("That is round robin: it hands the dead server its turn and no more."), scene=at.health(policy="rr")),
                Choice(text=_("fewer: it avoids a server that is in trouble"), why=_("It avoids servers with many requests in progress. The dead one has none."), scene=at.health(policy="least_conn")),
                Choice(text=_("none: it sees that the server is gone"), why=_("Only the checks see that. The policy sees numbers, and 0 is the best of all."), scene=at.health(policy="least_conn")),
            ),
            hints=(_("What number does the policy look at?"), _("How many requests are in progress at a server that refuses at once?"), _("None. And which server is chosen?")),
        ),
        scene=at.health(policy="least_conn"),
        change=_("switch the retry on; then take the server out by draining instead of letting it die."),
    ),
    "balancing-sticky": Prediction(
        question=Question(
            id="balancing-predict-sticky", kind="numeric", answer=100 * _NAT, tolerance=0.06, unit="%",
            prompt=_("Three servers; the client's address decides (ip_hash). 60 % of the clients sit in one company behind one address. What share of the requests does the busiest server get, in %?"),
            because=Message.of("The busiest server gets about {share:.0f} %: the company's 60 %, and a third of the others, who spread.", share=100 * _NAT),
            choices=(
                Choice(value=100 / 3, why=_("That is what a cookie does: it sticks each session, not each address."), scene=at.sticky("cookie")),
                Choice(value=60, why=_("Some of the others land on that server too."), scene=at.sticky("ip_hash")),
                Choice(value=100, why=_("The 40 % outside the company have addresses of their own, and spread."), scene=at.sticky("ip_hash")),
            ),
            hints=(_("Where does the company go?"), _("All to one server. And the others?"), _("A third of them to the same server: 60 + 40/3.")),
        ),
        scene=at.sticky("ip_hash"),
        change=_("use a cookie instead. What is lost when server a dies, and what would a store shared by all servers save?"),
    ),
    "balancing-double": Prediction(
        question=Question(
            id="balancing-predict-double", kind="numeric", answer=100 * _LEFT.busy_after, tolerance=1e-6, unit="%",
            prompt=_("Two balancers are both active, each 60 % busy. “We have redundancy.” One dies. How busy would the other have to be, in % of its capacity?"),
            because=Message.of("The other would need {after:.0f} %: more than it can do. Two active balancers are redundant only while each stays below 50 %.", after=100 * _LEFT.busy_after),
            choices=(
                Choice(value=60, why=_("That was its own half. It now has the other half too."), scene=at.double("active_active", 120)),
                Choice(value=100, why=_("100 % is all it can do; what is asked of it is more, and does not go away."), scene=at.double("active_active", 120)),
                Choice(value=30, why=_("60 % was each one's load, not that of both."), scene=at.double("active_active", 60)),
            ),
            hints=(_("Who serves the clients of the dead one?"), _("The other, beside its own."), _("60 + 60.")),
        ),
        scene=at.double("active_active", 120),
        change=_("find the largest load at which the loss of one is borne. What do open connections lose, with and without sync?"),
    ),
    "balancing-own": Prediction(
        question=Question(
            id="balancing-predict-own", kind="single",
            prompt=_("Ten equal servers, 90 % busy, jobs of varied size. Your rule sees how many requests each server has in progress, and takes the least. Compared with taking turns, the mean response time is …"),
            because=Message.of("A third: over 200 000 requests {least} s against {rr} s of round robin; two random choices, which look at two servers only, already come to {p2c} s, and chance alone to {random} s.", least=VARIED["least_conn"], rr=VARIED["rr"], p2c=VARIED["p2c"], random=VARIED["random"]),
            choices=(
                Choice(text=_("about a third"), right=True),
                Choice(text=_("nearly the same"), why=_("So it is when all jobs are equal. With varied sizes, turns go on feeding the server that a long job has blocked."), scene=at.race(law="det")),
                Choice(text=_("a tenth"), why=_("1 s of the time is the service itself, and at 90 % load even the best rule has a line."), scene=at.race()),
                Choice(text=_("longer: counting costs time"), why=_("Counting what is in progress is one addition a request; waiting behind a long job costs seconds."), scene=at.race()),
            ),
            hints=(_("How long does a request stay without any waiting? 1 s."), _("Turns give 6 s, of which 5 s are waiting."), _("How much of that waiting is at one server while another is idle?")),
        ),
        scene=at.OWN,
        change=_("write a rule in the cell above that looks at two servers only. How near does it come?"),
    ),
}  # fmt: skip
