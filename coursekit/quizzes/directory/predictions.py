"""What each lab on directory services asks before it opens."""

from coursekit.i18n import mark as _
from coursekit.quizzes.directory import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.directory.srv import Record, chances
from coursekit.sims.message import Message

RECORDS = (Record("dc1", weight=60), Record("dc2", weight=20), Record("dc3", weight=20), Record("dc4", priority=10))  # fmt: skip
_FIRST = 100 * float(chances(RECORDS)["dc1"])

PREDICTIONS = {
    "directory-tree": Prediction(
        question=Question(
            id="directory-predict-tree", kind="single",
            prompt=_("Alice is moved from the unit Paris to the unit Lyon. A folder gives her rights. What becomes of them?"),
            because=_("They stay: the folder’s list names her SID, a number that never changes. Her distinguished name changes, for it says where she is."),
            hints=(_("What stands in the folder’s list: a name or a number?"), _("A number, the SID."), _("Does that depend on the unit?")),
            choices=(
                Choice(text=_("they stay"), right=True),
                Choice(text=_("they are gone: her name has changed"), why=_("Her name has. Lists of rights hold numbers."), scene=at.tree(*at.MOVED)),
                Choice(text=_("she gets those of the unit Lyon"), why=_("Units give policies, not rights."), scene=at.tree(*at.MOVED)),
                Choice(text=_("they must be given again by hand"), why=_("Only if she had been deleted and made anew: that gives another SID."), scene=at.tree(("delete", "Alice Martin"), ("create", "user", "Alice Martin", "Lyon"))),
            ),
        ),
        scene=at.tree(*at.MOVED),
        change=_("delete her and make her again under the same name. What is the same, what is not?"),
    ),
    "directory-dn": Prediction(
        question=Question(
            id="directory-predict-dn", kind="single",
            prompt=_("Somebody is called “Smith, James”. How is that written in a distinguished name?"),
            because=_("CN=Smith\\, James: a comma ends a part of the name, unless a backslash stands before it."),
            hints=(_("What separates the parts of a name?"), _("A comma."), _("And how does one say: this comma is none?")),
            choices=(
                Choice(text="CN=Smith\\, James", right=True),
                Choice(text="CN=Smith, James", why=_("The name ends at the comma, and “ James” is no part of a name."), scene=at.names("CN=Smith, James,DC=lab,DC=example")),
                Choice(text="CN='Smith, James'", why=_("Apostrophes are letters like others: the comma ends it all the same."), scene=at.names("CN='Smith, James',DC=lab,DC=example")),
                Choice(text="CN=Smith%2C James", why=_("So it is in the address of a web page."), scene=at.names("CN=Smith%2C James,DC=lab,DC=example")),
            ),
        ),
        scene=at.names("CN=Smith\\, James,DC=lab,DC=example"),
        change=_("write the comma as \\2C, the letters large or small, with more spaces. Which of these names are the same?"),
    ),
    "directory-filter": Prediction(
        question=Question(
            id="directory-predict-filter", kind="single",
            prompt=_("The server has never heard of an attribute department. You ask for (!(department=IT)): all that is not in IT. What comes back?"),
            because=_("Nothing. Of an attribute that it does not know the server can say neither true nor false: undefined, and so is its NOT. Only what is true comes back."),
            hints=(_("Is department=IT true, false, or can it not be said?"), _("It cannot be said: the server does not know what department is."), _("And the opposite of “it cannot be said”?")),
            choices=(
                Choice(text=_("nothing"), right=True),
                Choice(text=_("everything: nobody is in IT"), why=_("So it would be if the server knew the attribute and nobody had it."), scene=at.search(at.ABSENT, 5)),
                Choice(text=_("an error"), why=_("An unknown attribute is none. A missing bracket would be."), scene=at.search(at.UNKNOWN)),
                Choice(text=_("the people, but not the units"), why=_("It makes no difference between them: for all of them it cannot be said."), scene=at.search(at.UNKNOWN, 2)),
            ),
        ),
        scene=at.search(at.UNKNOWN),
        change=_("ask for (!(mail=*)), then for those whose account is disabled, by a bit of userAccountControl."),
    ),
    "directory-kerberos": Prediction(
        question=Question(
            id="directory-predict-kerberos", kind="single",
            prompt=_("Alice logs on. What of her password is on the network?"),
            because=_("Nothing, not even encrypted. The client makes a key from it and encrypts the time; the domain controller, which knows the same key, can read it, and that is the proof."),
            hints=(_("What must the domain controller find out?"), _("That she knows the password, not what it is."), _("It knows it too. What could she encrypt?")),
            choices=(
                Choice(text=_("nothing"), right=True),
                Choice(text=_("the password, encrypted"), why=_("It is a key, not a message."), scene=at.kerberos()),
                Choice(text=_("a hash of it"), why=_("Whoever heard the hash could use it: it would be as good as the password."), scene=at.kerberos()),
                Choice(text=_("the password itself, inside TLS"), why=_("So it is with many web pages. Here it stays in the machine."), scene=at.kerberos()),
            ),
        ),
        scene=at.kerberos(),
        change=_("choose who reads along, and see what that one can open. Then make a clock five minutes wrong, and one second more."),
    ),
    "directory-tickets": Prediction(
        question=Question(
            id="directory-predict-tickets", kind="single",
            prompt=_("Alice has been logged on since 9:00 and uses a share. At 10:00 all domain controllers die. What can she still do?"),
            because=_("Use that share until its ticket ends, ten hours at most after she got her first one. A share that she has not used yet needs a ticket, and nobody is there to give one."),
            hints=(_("Whom does the file server ask when it gets a ticket?"), _("Nobody: it can read it itself."), _("And who gives a new one?")),
            choices=(
                Choice(text=_("use that share, but no new one"), right=True),
                Choice(text=_("nothing any more"), why=_("The file server does not ask the controllers."), scene=at.tickets(dead_from=10, dead_to=24)),
                Choice(text=_("everything until she logs off"), why=_("What she has no ticket for, she cannot open."), scene=at.tickets(dead_from=10, dead_to=24, open=11)),
                Choice(text=_("everything for five minutes"), why=_("Five minutes is what clocks may differ."), scene=at.tickets(dead_from=10, dead_to=24)),
            ),
        ),
        scene=at.tickets(dead_from=10, dead_to=24),
        change=_("let them come back at noon, and let her renew. How long can she go on without a password?"),
    ),
    "directory-policy": Prediction(
        question=Question(
            id="directory-predict-policy", kind="single",
            prompt=_("A unit blocks the inheritance of policies. The domain’s policy is enforced. Does it apply in the unit?"),
            because=_("Yes: what is enforced passes the block, and even wins over the unit’s own policies."),
            hints=(_("What is a block for? To keep out what comes from above."), _("What is enforcing for?"), _("One of the two must be stronger.")),
            choices=(
                Choice(text=_("yes, and it wins over the unit’s own"), right=True),
                Choice(text=_("no, the block stops it"), why=_("It stops those that are not enforced."), scene=at.policy(block="leaf")),
                Choice(text=_("yes, but the unit’s own wins"), why=_("So it is without enforcing. Enforced policies come last, and the last one wins."), scene=at.policy(block="leaf", enforce_domain=True)),
                Choice(text=_("it depends on which was linked first"), why=_("No date is looked at."), scene=at.policy(block="leaf", enforce_domain=True)),
            ),
        ),
        scene=at.policy(block="leaf", enforce_domain=True),
        change=_("enforce the unit’s policy too. Which of the two wins? Then turn the order of the domain’s policies round."),
    ),
    "directory-groups": Prediction(
        question=Question(
            id="directory-predict-groups", kind="single",
            prompt=_("A domain local group of domain A contains a universal group with Alice in it. She opens a folder in domain B. Is the group of A in her token there?"),
            because=_("No: domain local groups count only in their own domain. In B those of B are added. That is why rights are given to them, and memberships to the others."),
            hints=(_("What does the name of the group say?"), _("Local to a domain."), _("In which domain does the folder lie?")),
            choices=(
                Choice(text=_("no"), right=True),
                Choice(text=_("yes: she is in it, by the universal group"), why=_("She is. But it counts only in A."), scene=at.groups(("logon", "alice"), resource="b")),
                Choice(text=_("yes, if the domains trust each other"), why=_("They do, in one forest. It still counts only in A."), scene=at.groups(("logon", "alice"), resource="b")),
                Choice(text=_("no: a universal group cannot be in it"), why=_("It can: that is the usual way."), scene=at.groups(("logon", "alice"), resource="a")),
            ),
        ),
        scene=at.groups(("logon", "alice"), resource="b"),
        change=_("try to put a domain local group into a global one, and read why it is refused. Then add her to a group while she is logged on."),
    ),
    "directory-acl": Prediction(
        question=Question(
            id="directory-predict-acl", kind="single",
            prompt=_("A folder inherits “deny Users: read”. On the folder itself stands “allow Alice: read”. Alice is one of the users. May she read?"),
            because=_("Yes: what stands on the folder itself is read before what is inherited, and reading stops as soon as everything asked for is granted."),
            hints=(_("In what order is the list read?"), _("Own denials, own permissions, then those of the parent."), _("What comes first here?")),
            choices=(
                Choice(text=_("yes"), right=True),
                Choice(text=_("no: a denial always wins"), why=_("Only among entries of the same level, since it is read first."), scene=at.acl(want="R")),
                Choice(text=_("no: what is inherited is stronger"), why=_("It comes later in the list: weaker, if anything."), scene=at.acl(want="R")),
                Choice(text=_("only from the network"), why=_("The list is the same from everywhere."), scene=at.acl(want="R", way="network")),
            ),
        ),
        scene=at.acl(want="R"),
        change=_("move the entries into another order than tools write. Then open it over a share that may only be read."),
    ),
    "directory-replication": Prediction(
        question=Question(
            id="directory-predict-replication", kind="single",
            prompt=_("At 12:00 controller A changes a number. At 11:50 controller B had changed the same one, twice. Then they replicate. Whose change is left?"),
            because=_("B’s: two changes make version 3, one makes version 2, and the version is compared before the time."),
            hints=(_("What is compared first: version, time or name?"), _("The version."), _("How often did each of them change it?")),
            choices=(
                Choice(text=_("B’s"), right=True),
                Choice(text=_("A’s: it is later"), why=_("The time decides only between equal versions: clocks cannot be trusted."), scene=at.replication(*at.CONFLICT)),
                Choice(text=_("each keeps its own"), why=_("Then the directory would never be one."), scene=at.replication(*at.CONFLICT)),
                Choice(text=_("the one whose controller replicates first"), why=_("The result is the same in whatever order they meet."), scene=at.replication(*at.CONFLICT)),
            ),
        ),
        scene=at.replication(*at.CONFLICT),
        change=_("make the same name on two controllers; then delete a unit on one while the other puts somebody into it."),
    ),
    "directory-rollback": Prediction(
        question=Question(
            id="directory-predict-rollback", kind="single",
            prompt=_("A controller is set back to a snapshot of yesterday; then somebody creates a user on it. Do the other controllers get the user?"),
            because=_("No, if nothing else is done: the change gets a number that the others have seen already, and they ask only for higher ones. It heals when the controller gets a new identity, as a proper restore gives it."),
            hints=(_("What do partners remember of a controller?"), _("The highest number they have seen."), _("Which number does the new change get?")),
            choices=(
                Choice(text=_("no, and nobody reports an error"), right=True),
                Choice(text=_("yes, at the next replication"), why=_("They ask for higher numbers than they have seen. This one is lower."), scene=at.rollback("snapshot")),
                Choice(text=_("yes, but under another name"), why=_("So it is with two objects of the same name. This one never gets there."), scene=at.rollback("snapshot")),
                Choice(text=_("no, and the controller shuts itself off"), why=_("It would have to notice. With a virtual machine generation ID it does, and begins anew."), scene=at.rollback("generation_id")),
            ),
        ),
        scene=at.rollback("snapshot"),
        change=_("give it the generation ID of the virtual machine, then a proper restore. What is different?"),
    ),
    "directory-fsmo": Prediction(
        question=Question(
            id="directory-predict-fsmo", kind="single",
            prompt=_("The controller that holds all five single tasks dies. What do people notice on the same day?"),
            because=_("Hardly anything. Log-ons, tickets, new users (from the pools) go on. Only the PDC emulator is missed soon: new passwords, locked accounts, the clock."),
            hints=(_("Who answers log-ons? Any controller."), _("Who creates users? Any controller, from its pool."), _("Which of the five is used every day?")),
            choices=(
                Choice(text=_("hardly anything"), right=True),
                Choice(text=_("nobody can log on"), why=_("Any controller can answer."), scene=at.fsmo(("down", "all"), ("try", "log on"))),
                Choice(text=_("no user can be created"), why=_("Not until the pools are empty."), scene=at.fsmo(("down", "all"), ("try", "create"))),
                Choice(text=_("another controller takes the tasks at once"), why=_("Nobody takes them by itself: two holders would be worse than none."), scene=at.fsmo(("down", "all"))),
            ),
        ),
        scene=at.fsmo(("down", "all"), ("try", "log on")),
        change=_("wait a week, a month. Which task do you seize first, and what must never come back?"),
    ),
    "directory-locator": Prediction(
        question=Question(
            id="directory-predict-locator", kind="numeric", answer=_FIRST, tolerance=0.06, unit="%",
            prompt=_("DNS names four domain controllers: priority 0 with weights 60, 20 and 20, and priority 10. How many percent of the clients ask the one with weight 60 first?"),
            because=Message.of("{share:.1f} %: whole numbers from 0 to 100 are drawn, 61 of the 101 take it. The one of priority 10 is asked only when the others do not answer.", share=_FIRST),
            choices=(
                Choice(value=25, why=_("Weights are there so that it is not the same for all."), scene=at.locator()),
                Choice(value=100, why=_("The weight shares; only the priority puts one before the other."), scene=at.locator(70)),
                Choice(value=54.5, why=_("60 of 110: but the one of priority 10 does not take part."), scene=at.locator(100)),
            ),
            hints=(_("Which of the four take part in the first draw?"), _("Those of the lowest priority: weights 60, 20, 20."), _("60 of 100, about.")),
        ),
        scene=at.locator(60),
        change=_("let the first ones die. Then put the client into a site of its own."),
    ),
    "directory-ports": Prediction(
        question=Question(
            id="directory-predict-ports", kind="single",
            prompt=_("A new rule of the firewall closes port 88 between computers and domain controllers. What is noticed first?"),
            because=_("Those who work go on working, with the tickets they have. New log-ons and new shares fail; by the evening, when the tickets end, everything does."),
            hints=(_("What is port 88? Kerberos."), _("Who needs it: whoever wants a new ticket."), _("How long is an old one good?")),
            choices=(
                Choice(text=_("new log-ons fail, the others go on working"), right=True),
                Choice(text=_("everything stands still at once"), why=_("File servers read tickets without asking."), scene=at.ports(88, kept=True)),
                Choice(text=_("the web pages"), why=_("Those use 443, and most of them no ticket."), scene=at.ports(88)),
                Choice(text=_("names are not found any more"), why=_("That is port 53."), scene=at.ports(53)),
            ),
        ),
        scene=at.ports(88, kept=True),
        change=_("open it again and close 53, then 123, then 445. Which message leads to the right port?"),
    ),
    "directory-lockout": Prediction(
        question=Question(
            id="directory-predict-lockout", kind="single",
            prompt=_("A user cannot open a share. Four causes are possible: the clock, the name server, the ticket, the list of rights. Which question divides them best?"),
            because=_("The exact words of the error: each part of the way fails in words of its own. Then one looks only at the part they name."),
            hints=(_("Which question has a different answer for each of the four?"), _("A test with yes and no leaves two or three of them."), _("What does each part say when it refuses?")),
            choices=(
                Choice(text=_("What exactly does the error say?"), right=True),
                Choice(text=_("Does the server answer a ping?"), why=_("In all four cases it may."), scene=at.lockout(1)),
                Choice(text=_("Has the computer been restarted?"), why=_("It may even help, and then nobody knows why it was."), scene=at.lockout(2)),
                Choice(text=_("Does it work for the administrator?"), why=_("It tells rights from the rest, and gives away a habit of working as administrator."), scene=at.lockout(3)),
            ),
        ),
        scene=at.lockout(1),
        change=_("find the cause in another case with three questions at most."),
    ),
    "directory-own": Prediction(
        question=Question(
            id="directory-predict-own", kind="single",
            prompt=_("Fifty sellers of two domains are to write in a folder of domain A. In three weeks others will come. In which order of groups?"),
            because=_("Each domain’s sellers in a global group of theirs; both in a universal one; that one in a domain local group of A, which has the permission. A newcomer is one line in one group."),
            hints=(_("Who can be in a global group? Those of its own domain."), _("Which group takes members of both domains?"), _("And which one belongs into the folder’s list?")),
            choices=(
                Choice(text=_("accounts, global, universal, domain local, permission"), right=True),
                Choice(text=_("accounts, domain local, global, permission"), why=_("A global group takes no domain local one, and nobody of another domain."), scene=at.own()),
                Choice(text=_("accounts, universal, permission"), why=_("It works. But each change of one person is replicated to the whole forest, and the folder’s list names people’s groups."), scene=at.own()),
                Choice(text=_("each account, permission"), why=_("Fifty lines in each folder, and no way to see who may do what."), scene=at.own()),
            ),
        ),
        scene=at.own(),
        change=_("now write it, so that the task is done and nobody gets more than that."),
    ),
}  # fmt: skip
