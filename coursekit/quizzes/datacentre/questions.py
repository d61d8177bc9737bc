"""The questions of the last chapter."""

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.datacentre.samples import D1
from coursekit.sims.datacentre.scenarios import restore_hours
from coursekit.sims.failover.availability import series
from coursekit.sims.message import Message

FIVE = 100 * series([0.999] * 5)
HOURS = restore_hours(D1)

QUESTIONS = (
    Question(
        id="datacentre-euro", kind="single", scene=at.deltas("both"),
        prompt=_("Two hosts, a NAS, one rack (D1). What is the next euro best spent on?"),
        because=_("On backups that nobody can change, off-site: 1145 euros bring 25.78 points, for until then ransomware or a fire would have taken everything."),
        hints=(_("What would take everything today?"), _("Not a dead host: the other one takes over."), _("Who could delete the backups, and where do they stand?")),
        choices=(
            Choice(text=_("immutable backups, off-site"), right=True),
            Choice(text=_("a third host"), why=_("More room is not more safety: the two are enough for each other’s machines."), scene=at.deltas("host")),
            Choice(text=_("25 Gb/s instead of 10"), why=_("The storage is busy for one percent of its time. Nobody waits for the network."), scene=at.deltas("gbps")),
            Choice(text=_("a second core switch"), why=_("Not every single point is worth its price: it costs more points than it brings."), scene=at.deltas("core")),
        ),
    ),
    Question(
        id="datacentre-psu", kind="single", scene=at.board(("break", "pdu:R1:a"), less_pdu=True),
        prompt=_("A host has two power supplies. Both are plugged into the same strip of sockets. Against what does the second one help?"),
        because=_("Against its own twin failing, and nothing else: everything before the supplies is one path."),
        hints=(_("Follow the current from the feed to the host."), _("Where are there two of a thing, where one?"), _("Count paths, not boxes.")),
        choices=(
            Choice(text=_("a power supply that dies"), right=True),
            Choice(text=_("sockets that die"), why=_("Both supplies hang on them: two boxes, one path."), scene=at.board(("break", "pdu:R1:a"), less_pdu=True)),
            Choice(text=_("a feed that is off"), why=_("The sockets are on one feed, so both supplies are."), scene=at.board(("break", "feed:1"), design="D0")),
            Choice(text=_("a UPS that dies"), why=_("It stands before the sockets, on the same path."), scene=at.board(("break", "feed:1"), design="D1")),
        ),
    ),
    Question(
        id="datacentre-series", kind="numeric", answer=FIVE, tolerance=2e-4, unit="%", scene=at.years("D0"),
        prompt=_("Five parts, each of which must work, each up 99.9 % of the time. How much of the time do all work?"),
        because=Message.of("The product: 0.999⁵ = {five:.2f} %. Five times the outages of one.", five=FIVE),
        hints=(_("All must work at once."), _("Probabilities of things that must all hold are multiplied."), _("0.999 times itself, five times.")),
        choices=(
            Choice(value=99.9, why=_("That is the weakest of them. The others have outages too, at other times."), scene=at.years("D0")),
            Choice(value=99.98, why=_("That divides the outages by five. They add up."), scene=at.years("D0")),
            Choice(value=99.99999, why=_("That is five side by side, of which one is enough."), scene=at.years("D2")),
            Choice(value=95.0, why=_("Five parts in a thousand are half a percent."), scene=at.years("D0")),
        ),
    ),
    Question(
        id="datacentre-nplus", kind="single", scene=at.placed(),
        prompt=_("A cluster has memory for N+1. What does that mean?"),
        because=_("If any one host dies, all machines fit on the others. How much must stay free for that depends on how many hosts there are."),
        hints=(_("N of what are needed?"), _("Of hosts, for all machines."), _("And the one more?")),
        choices=(
            Choice(text=_("all machines fit when one host is lost"), right=True),
            Choice(text=_("there is a spare memory module"), why=_("It is hosts that are counted, not modules."), scene=at.placed()),
            Choice(text=_("half of the memory is free"), why=_("So it is with two hosts only. With four, a quarter is enough."), scene=at.placed()),
            Choice(text=_("what does not fit is swapped to disk"), why=_("Then it would run a thousand times slower. N+1 is about not having to."), scene=at.needs(2.0)),
        ),
    ),
    Question(
        id="datacentre-minsize", kind="single", scene=at.board(("break", "host:h1"), design="D2", less_copies=True),
        prompt=_("Copies on three hosts, and all three must be there for writing (size 3, min_size 3). What does that give?"),
        because=_("A stop at the first failure. No data are lost, and nobody can work: two copies are there, and two are not three."),
        hints=(_("What does min_size say?"), _("So many copies must be there, else nothing is read or written."), _("One host dies. How many are there?")),
        choices=(
            Choice(text=_("a stop at the first failure"), right=True),
            Choice(text=_("more availability"), why=_("More is asked for, so it is there less often."), scene=at.board(("break", "host:h1"), design="D2")),
            Choice(text=_("nothing: there are three copies anyway"), why=_("As long as nothing fails. Then it decides whether work goes on."), scene=at.board(("break", "host:h1"), design="D2", less_copies=True)),
            Choice(text=_("faster writes"), why=_("How many copies a write waits for is another matter, and waiting for more is not faster."), scene=at.score("D2")),
        ),
    ),
    Question(
        id="datacentre-even", kind="single", scene=at.board(("break", "host:h2"), design="D1"),
        prompt=_("Two hosts watch each other. What is needed so that one may go on when the other is gone?"),
        because=_("A third vote: a witness. One of two is no majority, and each would have to take the other for dead when only the cable is cut."),
        hints=(_("How many votes are there, how many are a majority?"), _("Two of two. One alone has too few."), _("Who could cast a third vote without being a host?")),
        choices=(
            Choice(text=_("a witness"), right=True),
            Choice(text=_("two leaders"), why=_("That is split brain: both write."), scene=at.board(("cut",), design="D2", less_quorum=True, less_alone=True)),
            Choice(text=_("nothing: half is enough"), why=_("Then each half would be enough, and both would go on."), scene=at.faults("S11", design="D2")),
            Choice(text=_("a mirror of the disks"), why=_("It keeps the data. Who may go on is a matter of votes."), scene=at.board(("disk",), design="D1")),
        ),
    ),
    Question(
        id="datacentre-rto", kind="single", scene=at.events(),
        prompt=_("All data are gone and have to come back from the backup. What decides how long that takes?"),
        because=_("How much there is, divided by how fast it can be restored, and how long nobody noticed."),
        hints=(_("What happens during the restoring?"), _("Bytes are copied."), _("So many, at such a speed.")),
        choices=(
            Choice(text=_("amount of data and speed of restoring"), right=True),
            Choice(text=_("how often a backup is made"), why=_("That decides how much work is lost (RPO), not how long it takes."), scene=at.events(interval=1)),
            Choice(text=_("the RAID level"), why=_("RAID is about a dead disk, and about its rebuilding."), scene=at.events(defence="raid", harm="disk")),
            Choice(text=_("how many copies there are"), why=_("More copies make it likelier that one is left. Reading it takes as long."), scene=at.events(offsite=True, immutable=True)),
        ),
    ),
    Question(
        id="datacentre-missing", kind="single", scene=at.score("D2", "host"),
        prompt=_("A design bears every failure, and gets nothing when somebody deletes the data. What is missing?"),
        because=_("A backup: a state of before, that today’s mistakes do not reach."),
        hints=(_("What do copies do with a deletion?"), _("They repeat it."), _("What still knows yesterday?")),
        choices=(
            Choice(text=_("a backup"), right=True),
            Choice(text=_("replication"), why=_("It deletes on the other side as well, at once."), scene=at.events(enabled=False, defence="replicas", harm="deletion")),
            Choice(text=_("high availability"), why=_("It starts the service again, without its data."), scene=at.events(enabled=False)),
            Choice(text=_("snapshots on the same storage"), why=_("They help against a slip, as long as whoever deletes cannot delete them, and the storage lives."), scene=at.events(enabled=False, defence="snapshots", harm="fire")),
        ),
    ),
    Question(
        id="datacentre-hours", kind="numeric", answer=HOURS, tolerance=0.02, unit="h", scene=at.events(),
        prompt=_("The seven machines have 6.36 TB, the backup gives back 200 MB a second. How many hours does restoring everything take?"),
        because=Message.of("6.36 · 10¹² bytes ÷ 200 · 10⁶ a second = 31 800 s: {hours:.1f} hours.", hours=HOURS),
        hints=(_("How many MB are 6.36 TB?"), _("6 360 000. Divided by 200 that is seconds."), _("3600 seconds are an hour.")),
        choices=(
            Choice(value=HOURS / 8, why=_("MB are bytes, not bits: nothing has to be divided by eight."), scene=at.events(speed=1000)),
            Choice(value=HOURS * 8, why=_("MB are bytes, not bits: nothing has to be multiplied by eight."), scene=at.events(speed=50)),
            Choice(value=0.53, why=_("Those are minutes by the thousand: 31 800 s are not minutes."), scene=at.events()),
            Choice(value=24.0, why=_("That is how often the backup is made."), scene=at.events(interval=24)),
        ),
    ),
    Question(
        id="datacentre-path", kind="order", scene=at.board(design="D1"),
        prompt=_("Current comes into the room and ends in a machine. Put what it passes in order."),
        because=_("Feed, batteries, sockets, supply. Whatever there is one of on this way is a single point of failure for all behind it."),
        hints=(_("What comes from outside?"), _("What bridges minutes stands before the racks."), _("The supply is inside the host.")),
        choices=(
            Choice(text=_("the feed of the grid"), why=_("It is the only thing of them outside the room."), scene=at.board(("break", "feed:1"), design="D1")),
            Choice(text=_("the UPS"), why=_("Its batteries bridge minutes for everything behind it."), scene=at.faults("S7", design="D1")),
            Choice(text=_("the strip of sockets (PDU)"), why=_("It shares out the current of a rack."), scene=at.board(("break", "pdu:R1:a"), design="D1")),
            Choice(text=_("the power supply"), why=_("It is the last: part of the host."), scene=at.board(("break", "pdu:R1:b"), design="D1")),
        ),
    ),
    Question(
        id="datacentre-mean", kind="single", scene=at.years("D0"),
        prompt=_("A service is away four hours a year, on average over thousands of years. What will next year be like?"),
        because=_("Most likely a few short outages or none, and with a small chance a day or more. Nobody lives in the average year."),
        hints=(_("How often does a rack burn out?"), _("Every twenty years or so, and then for a day."), _("What does that make of the mean, and of an ordinary year?")),
        choices=(
            Choice(text=_("mostly less, now and then much more"), right=True),
            Choice(text=_("about four hours"), why=_("The mean is made of many quiet years and a few bad ones."), scene=at.years("D0")),
            Choice(text=_("at most four hours"), why=_("Every hundredth year is far worse: look at the tail."), scene=at.years("D0")),
            Choice(text=_("one outage of four hours"), why=_("Outages are of many lengths: half an hour for a feed, a day for a rack."), scene=at.years("D0")),
        ),
    ),
    Question(
        id="datacentre-pareto", kind="single", scene=at.pareto(),
        prompt=_("All designs are drawn as points, price against score. Which ones are worth a closer look?"),
        because=_("Those on the front: for each of them there is none that is both cheaper and better. All others are beaten by one that costs less and gives more."),
        hints=(_("Take any point. Is there one to its left and above it?"), _("Then it is beaten in both."), _("Which points have nobody there?")),
        choices=(
            Choice(text=_("those that none beats in both"), right=True),
            Choice(text=_("the cheapest one"), why=_("It is one of them. What one gets for it is another matter."), scene=at.pareto(hosts=1)),
            Choice(text=_("those with the most hosts"), why=_("Many of them are beaten by smaller ones."), scene=at.pareto(hosts=3)),
            Choice(text=_("those nearest the budget"), why=_("Money that is not spent scores as well."), scene=at.pareto(budget=100_000)),
        ),
    ),
)  # fmt: skip
