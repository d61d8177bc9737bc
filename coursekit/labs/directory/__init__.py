"""Labs of the chapter on directory services, in the order of the notebook."""

from coursekit.labs.directory.acl import AclLab
from coursekit.labs.directory.dn import DnLab
from coursekit.labs.directory.filter import FilterLab
from coursekit.labs.directory.fsmo import FsmoLab
from coursekit.labs.directory.groups import GroupsLab
from coursekit.labs.directory.kerberos import KerberosLab
from coursekit.labs.directory.locator import LocatorLab
from coursekit.labs.directory.lockout import LockoutLab
from coursekit.labs.directory.own import OwnAccessLab
from coursekit.labs.directory.policy import PolicyLab
from coursekit.labs.directory.ports import PortsLab
from coursekit.labs.directory.replication import ReplicationLab
from coursekit.labs.directory.rollback import RollbackLab
from coursekit.labs.directory.tickets import TicketsLab
from coursekit.labs.directory.tree import TreeLab

LABS = (
    TreeLab,
    DnLab,
    FilterLab,
    KerberosLab,
    TicketsLab,
    LocatorLab,
    PortsLab,
    GroupsLab,
    AclLab,
    OwnAccessLab,
    PolicyLab,
    ReplicationLab,
    RollbackLab,
    FsmoLab,
    LockoutLab,
)

__all__ = ["LABS"]
