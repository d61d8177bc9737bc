"""The questions of the chapter on directory services."""

from coursekit.i18n import mark as _
from coursekit.quizzes.directory import scenes as at
from coursekit.quizzes.question import Choice, Question

QUESTIONS = (
    Question(
        id="directory-agdlp", kind="single", scene=at.groups(("logon", "alice")),
        prompt=_("Accounts, global groups, domain local groups, permissions (AGDLP): which of them is written into the list of rights of a folder?"),
        because=_("The domain local group: it stands for what may be done with this folder. Who may do it is decided in the global groups that are its members, and the folder is not touched again."),
        hints=(_("Which part changes when somebody joins the team?"), _("Only a global group."), _("Which part should never change?")),
        choices=(
            Choice(text=_("the domain local group"), right=True),
            Choice(text=_("the global group"), why=_("That is the side of the people. Written on each folder, it would have to be changed on each of them."), scene=at.groups(("logon", "alice"))),
            Choice(text=_("the organizational unit"), why=_("A unit has no number (SID): no list of rights can name it."), scene=at.tree(*at.MOVED)),
            Choice(text=_("the user"), why=_("It works, for one user and one folder. With a thousand of each nobody knows who may do what."), scene=at.acl()),
        ),
    ),
    Question(
        id="directory-krbtgt", kind="single", scene=at.kerberos(),
        prompt=_("What is encrypted with the key of the account krbtgt?"),
        because=_("The ticket-granting ticket: the client carries it and cannot read it; only the domain controllers can, for they have the key."),
        hints=(_("Who has that key? The domain controllers."), _("What do they give to a client, to get it back later?"), _("The first ticket.")),
        choices=(
            Choice(text=_("the ticket-granting ticket"), right=True),
            Choice(text=_("the ticket for a service"), why=_("That one is for the service to read: it is encrypted with the service’s key."), scene=at.kerberos()),
            Choice(text=_("the password on its way"), why=_("No password is on any way."), scene=at.kerberos("password")),
            Choice(text=_("the answers of DNS"), why=_("Those are open. DNSSEC signs, with other keys."), scene=at.locator()),
        ),
    ),
    Question(
        id="directory-clock", kind="single", scene=at.kerberos("clock", 1200),
        prompt=_("Nobody can log on at one computer. Its clock is 20 minutes fast. What do you do first?"),
        because=_("Set the clock right, and see why it was wrong. More than five minutes are refused: else an old message could be sent again by somebody who had listened."),
        hints=(_("What does a client encrypt to prove who it is?"), _("The time."), _("By how much may it be wrong?")),
        choices=(
            Choice(text=_("set the clock"), right=True),
            Choice(text=_("a new password"), why=_("The password is right: the message says that the time is not."), scene=at.kerberos("password")),
            Choice(text=_("join the domain again"), why=_("The computer’s account is in order. Afterwards the clock would be as wrong as before."), scene=at.kerberos("clock", 1200)),
            Choice(text=_("another IP address"), why=_("It reaches the domain controller: that one answers, with a refusal."), scene=at.kerberos("clock", 1200)),
        ),
    ),
    Question(
        id="directory-multimaster", kind="single", scene=at.replication(*at.CONFLICT),
        prompt=_("Two administrators change the telephone number of the same person, each on another domain controller. What is left?"),
        because=_("One value, the same everywhere: the one with the higher version; if those are equal, the later one; if the times are equal too, that of the controller with the higher number."),
        hints=(_("Both are accepted where they are made."), _("Then they meet."), _("A rule that every controller computes alike decides.")),
        choices=(
            Choice(text=_("one of the two, the same everywhere"), right=True),
            Choice(text=_("both values"), why=_("An attribute is replaced as a whole; nothing is merged."), scene=at.replication(*at.CONFLICT)),
            Choice(text=_("neither: the object is locked"), why=_("Nobody locks: each controller accepts, and learns of the other later."), scene=at.replication(*at.CONFLICT)),
            Choice(text=_("what the PDC emulator decides"), why=_("It has other tasks. Here all controllers follow the same rule."), scene=at.fsmo(("down", "pdc"))),
        ),
    ),
    Question(
        id="directory-rid", kind="single", scene=at.fsmo(("down", "rid"), ("try", "create")),
        prompt=_("The RID master has been down since yesterday. Can a user be created?"),
        because=_("Yes: each controller has a pool of 500 numbers. When it is empty, and only then, creating fails."),
        hints=(_("What does a new user need? A number of its own."), _("Who gives numbers? The RID master, but not one at a time."), _("Five hundred at once, to each controller.")),
        choices=(
            Choice(text=_("yes, until the pool of the controller is empty"), right=True),
            Choice(text=_("no"), why=_("Numbers are given in pools, ahead of time."), scene=at.fsmo(("down", "rid"), ("try", "create"))),
            Choice(text=_("yes, but it has no SID"), why=_("Without a SID it could not stand in any list of rights. It gets one, from the pool."), scene=at.fsmo(("down", "rid"), ("try", "create"))),
            Choice(text=_("only on the PDC emulator"), why=_("Any writable controller can; the pools are theirs."), scene=at.fsmo(("down", "pdc"), ("try", "create"))),
        ),
    ),
    Question(
        id="directory-enforced", kind="single", scene=at.policy(enforce_domain=True, enforce_ou=True),
        prompt=_("The same setting is enforced by a policy of the domain and by one of a unit below it. Which value holds?"),
        because=_("The domain’s: among enforced policies the higher one wins, the reverse of the usual order. Else those below could undo what those above have to guarantee."),
        hints=(_("Usually the nearest policy wins."), _("What would enforcing be worth if it did so here too?"), _("So it is turned round.")),
        choices=(
            Choice(text=_("the domain’s"), right=True),
            Choice(text=_("the unit’s"), why=_("That is the usual order. Enforced ones follow the reverse."), scene=at.policy(enforce_ou=True)),
            Choice(text=_("that of the policy edited last"), why=_("No date is looked at."), scene=at.policy(enforce_domain=True, enforce_ou=True)),
            Choice(text=_("neither: they cancel each other out"), why=_("There is always a winner."), scene=at.policy(enforce_domain=True, enforce_ou=True)),
        ),
    ),
    Question(
        id="directory-snapshot", kind="single", scene=at.rollback("snapshot"),
        prompt=_("A domain controller is a virtual machine. Somebody sets it back to an old snapshot. What may follow?"),
        because=_("It counts its changes on from an old number. The others have seen those numbers and ask only for higher ones: its new changes never arrive, and nobody sees an error."),
        hints=(_("How do partners know what they have not had yet?"), _("By the number of the last change they got."), _("What becomes of a number that was given twice?")),
        choices=(
            Choice(text=_("changes that never reach the others"), right=True),
            Choice(text=_("nothing: a snapshot is a backup"), why=_("Chapter 5 said what it is not. Here is one more reason."), scene=at.rollback("snapshot")),
            Choice(text=_("old passwords, until it has replicated"), why=_("That would be the good case: it heals by itself. This does not."), scene=at.rollback("snapshot")),
            Choice(text=_("the schema is lost"), why=_("The schema is another partition, and it is as old as before."), scene=at.rollback("restore")),
        ),
    ),
    Question(
        id="directory-absent", kind="single", scene=at.search("(&(sn=Martin)(!(title=Dr)))"),
        prompt=_("The filter (&(a=1)(!(b=2))), and an entry with a=1 and without b; the server knows the attribute b. Is it found?"),
        because=_("Yes. The server knows b, the entry has none: b=2 is false, its NOT true. Only an attribute that the server does not know makes it undefined."),
        hints=(_("Is b=2 true for an entry without b?"), _("It is false: the server knows what b is, and it is not there."), _("And NOT false?")),
        choices=(
            Choice(text=_("yes"), right=True),
            Choice(text=_("no: what is absent is undefined"), why=_("So it is in SQL, with NULL. In a directory absent is false."), scene=at.search(at.ABSENT, 5)),
            Choice(text=_("the server reports an error"), why=_("Entries without an attribute are the usual case."), scene=at.search(at.ABSENT, 5)),
            Choice(text=_("only if b has another value"), why=_("NOT asks for no value at all."), scene=at.search(at.ABSENT, 4)),
        ),
    ),
    Question(
        id="directory-address", kind="single", scene=at.kerberos("by_address"),
        prompt=_("A share opens by its server’s name; by its IP address Windows asks for a password, or falls back to an older way (NTLM). Why?"),
        because=_("A ticket is asked for by the name of a service. No service is registered under an address, so there is no ticket for it."),
        hints=(_("What does the client ask the domain controller for?"), _("A ticket for cifs/ and the name of the server."), _("And what is cifs/10.0.0.5?")),
        choices=(
            Choice(text=_("no service is registered under an address"), right=True),
            Choice(text=_("the firewall lets only names pass"), why=_("No firewall sees names: both ways the same packets go to the same address."), scene=at.ports(88)),
            Choice(text=_("the clock differs"), why=_("Then the name would fail as well."), scene=at.kerberos("clock", 1200)),
            Choice(text=_("addresses need another password"), why=_("It is the same account and the same password."), scene=at.kerberos("by_address")),
        ),
    ),
    Question(
        id="directory-new-group", kind="single", scene=at.groups(*at.LATE),
        prompt=_("Alice has been put into the group that may write. She is logged on and still cannot. What does she do?"),
        because=_("She logs off and on. Which groups she is in stands in her ticket and in her token, and both were made when she logged on."),
        hints=(_("Where does the file server read which groups she is in?"), _("In the ticket she shows."), _("When was that written?")),
        choices=(
            Choice(text=_("log off and on"), right=True),
            Choice(text=_("wait for the policies, 90 minutes"), why=_("A membership is no policy: no refresh brings it into a token."), scene=at.policy()),
            Choice(text=_("open the share by its address"), why=_("Then there is no ticket at all."), scene=at.kerberos("by_address")),
            Choice(text=_("ask for write permission on the folder itself"), why=_("It would help, and undo the order of AGDLP."), scene=at.groups(*at.LATE)),
        ),
    ),
    Question(
        id="directory-moved", kind="multiple", scene=at.tree(*at.MOVED),
        prompt=_("A user is moved to another organizational unit of the same domain. What stays the same? Choose all that are true."),
        because=_("GUID and SID, and with them all rights that were given to the user and its groups. The name (DN) changes with the place, and so may the policies."),
        hints=(_("What stands in a list of rights?"), _("A SID, not a name."), _("What is the name made of?")),
        choices=(
            Choice(text=_("its SID"), right=True, scene=at.tree(*at.MOVED)),
            Choice(text=_("its membership in groups"), right=True, scene=at.tree(*at.MOVED)),
            Choice(text=_("its distinguished name"), why=_("The name says where it is: it changes."), scene=at.tree(*at.MOVED)),
            Choice(text=_("the policies that it gets"), why=_("Those come from the units above it."), scene=at.policy(block="leaf")),
        ),
    ),
    Question(
        id="directory-order", kind="order", scene=at.kerberos(),
        prompt=_("Alice logs on and opens a share. Put the messages in order."),
        because=_("First she proves to the domain controller who she is and gets a ticket for asking; with it she gets one for the share; that one she shows to the file server, which asks nobody."),
        hints=(_("Which ticket can be had with a password only?"), _("With that one, others."), _("The file server sees only the last one.")),
        choices=(
            Choice(text=_("the time, encrypted, to the domain controller"), why=_("With it she proves that she knows the password."), scene=at.kerberos()),
            Choice(text=_("the ticket-granting ticket comes back"), why=_("It is the answer to the proof, and the key to all the rest."), scene=at.kerberos()),
            Choice(text=_("the name of the share’s server to the domain controller"), why=_("A ticket for a service is asked for with the first ticket."), scene=at.kerberos()),
            Choice(text=_("the ticket for that service comes back"), why=_("It can be had only by naming the service."), scene=at.kerberos()),
            Choice(text=_("the ticket to the file server"), why=_("She shows it together with a fresh time, last of all."), scene=at.kerberos()),
        ),
    ),
)  # fmt: skip
