"""The one word of the notes about directories, and four sentences that everybody says, each judged."""

from coursekit.i18n import mark as _
from coursekit.quizzes.directory import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="directory-claim-ad", verdict="incomplete", scene=at.tree(),
        quote=_("AD"),
        correct=_("Only two letters stand there. They mean Active Directory: a directory that is replicated on every domain controller, a service of tickets (Kerberos), the location of both by DNS, and rules for machines and people. Samba speaks the same."),
        source="[MS-ADTS]", question="directory-multimaster",
    ),
    Claim(
        id="directory-claim-one-server", verdict="wrong", scene=at.replication(*at.CONFLICT),
        quote=_("AD is a database of users on one server (everybody says so)"),
        correct=_("Every domain controller of a domain has it whole, and any of them may be written to. Only five tasks belong to one of them at a time."),
        source="[MS-ADTS], [MS-DRSR]", question="directory-multimaster",
    ),
    Claim(
        id="directory-claim-ou", verdict="wrong", scene=at.groups(("logon", "alice")),
        quote=_("An organizational unit gives rights to its members (everybody says so)"),
        correct=_("A unit carries policies and lets others administer what is in it. Rights are given to users and groups: only they have a number that stands in a list of rights."),
        source="[MS-DTYP] 2.5", question="directory-agdlp",
    ),
    Claim(
        id="directory-claim-password", verdict="wrong", scene=at.kerberos(),
        quote=_("The password travels encrypted (everybody says so)"),
        correct=_("It does not travel. The client proves that it knows it: it encrypts the time with a key made from it."),
        source="RFC 4120, 3.1 and 5.2.7.2", question="directory-krbtgt",
    ),
    Claim(
        id="directory-claim-takes-over", verdict="incomplete", scene=at.locator(dead="dc1"),
        quote=_("1 falls = 1 takes over"),
        correct=_("For domain controllers it is right: clients find another one by DNS, and tickets they have go on being good. But the five single tasks are not taken over by themselves; a person has to move them."),
        source="RFC 2782", question="directory-rid",
    ),
)  # fmt: skip
