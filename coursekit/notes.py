"""The notes the course grew from, line by line, and where each line is taken up.

The texts are message ids. A line names claims of `coursekit.quizzes` (each has a verdict, a
lab scene and a question) and the exercises that practise it; `coverage` follows them to the
simulations. Headings divide the notes and claim nothing by themselves.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the notes: its text, ids of claims and of exercises."""

    text: str  # message id
    claims: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    heading: bool = False


def _(text: str) -> str:
    """Mark a message id; translated where it is shown."""
    return text


def _head(text: str) -> Line:
    return Line(text, heading=True)


def _line(text: str, claims: str, exercises: str) -> Line:
    """Claims as “chapter-name”, without the “claim” that stands between in their ids."""
    ids = (each.split("-", 1) for each in claims.split())
    return Line(text, tuple(f"{slug}-claim-{name}" for slug, name in ids), tuple(exercises.split()))


# fmt: off
NOTES = (
    _line(_("Promiscuous mode: in a bridge this lets all traffic pass, not only what is meant for us"), "networks-promiscuous", "E1.1"),
    _line(_("Failover service: one falls = another takes over"), "failover-takes-over failover-never-down netstorage-takes-over directory-takes-over databases-failover datacentre-takes-over", "E2.1 E11.3 E14.1"),
    _head(_("Load balancing")),
    _line(_("Load balancer: distributes load and allows redundancy; it must be doubled in case one falls"), "balancing-redundancy balancing-double failover-doubled databases-balancer datacentre-doubled", "E3.2 E2.2 E14.2"),
    _line(_("Robin Robin"), "balancing-robin", "E3.1"),
    _line(_("According to CPU power: one at 50 %, one at 25 %, one at 25 %"), "balancing-cpu", "E3.1"),
    _line(_("According to the number of requests"), "balancing-requests", "E3.2"),
    _line(_("Keepalived moves an IP address to another device if the first falls"), "failover-keepalived", "E2.1"),
    _head(_("VM")),
    _line(_("Snapshot != Backup"), "vmfiles-files vmfiles-snapshot vmfiles-copy volumes-snapshot filesystems-snapshot databases-snapshot datacentre-backup", "E5.1 E5.2 E9.3 E13.3"),
    _line(_("Access by bridge:"), "networks-bridged", "E1.3"),
    _line(_("NAT (really PAT): a virtual router between the real card and the virtual card, which also gives an IP address (it acts as DHCP)"), "networks-pat networks-router networks-dhcp", "E1.2"),
    _line(_("Masquerade"), "networks-masquerade", "E1.2"),
    _line(_("Host only: a virtual card on the host connected to the VM’s virtual card, for the VM and the host to talk; the network can be reached if routing is enabled on the host"), "networks-host-only networks-routing", "E1.3"),
    _line(_("Hypervisor: DirectX, VirtualBox, VMware, Qemu"), "hypervisors-directx", "E4.3"),
    _line(_("ProxMox"), "hypervisors-proxmox", "E4.2"),
    _head(_("Containers")),
    _line(_("Containers differ from virtual machines"), "containers-differ", "E6.2"),
    _line(_("Several machines with the host’s own OS: use the host’s OS, no other OS, no hypervisor; for the same resources a machine runs 100 times more web servers with “Dockeur” than with virtual machines"), "containers-os containers-hundred containers-name", "E6.3"),
    _line(_("Docker uses LXC"), "containers-lxc", "E6.1"),
    _line(_("To start a container an image is needed"), "containers-image", "E6.2"),
    _line(_("Kubernetes: makes a cluster, so manages several nodes (Docker manages only 1); automates operational tasks: deploy, change, scale up and down, monitor"), "kubernetes-nodes kubernetes-automates containers-node", "E7.1 E7.2 E7.3"),
    _line(_("Docker has no graphical interface"), "containers-window kubernetes-window", "E6.2"),
    _line(_("Portainer: a graphical interface for Docker; a web server in a container; others exist"), "kubernetes-portainer", "E7.2"),
    _line(_("Remote connection"), "kubernetes-remote", "E7.3"),
    _head(_("RAID")),
    _line(_("RAID 0: several disks acting as one, reading and writing ×4"), "raid-times-four", "E8.1 E8.3"),
    _line(_("RAID 1: each piece of data on one disk is cloned on another"), "raid-mirror raid-safe", "E8.1"),
    _line(_("RAID 1 0: clusters (RAID 0) in double (RAID 1)"), "raid-ten", "E8.1 E8.3"),
    _line(_("RAID 5: a checksum disk which adds up the values of the others; it gets many reads and writes, so the checksum space is spread over the disks"), "raid-checksum raid-busy-parity raid-rotate", "E8.1 E8.2"),
    _line(_("Hot spare"), "raid-spare", "E8.3"),
    _line(_("Hot plug"), "raid-spare", "E8.3"),
    _head(_("Partitions")),
    _line(_("Partitions: good for separating the OS from the data"), "volumes-separate filesystems-partition", "E9.1"),
    _line(_("Static partitions"), "volumes-static", "E9.1"),
    _line(_("Dynamic partitions (better): one single partition in which one makes virtual partitions (LVM)"), "volumes-dynamic volumes-one", "E9.2"),
    _line(_("File system: it decodes the data and presents them as directories"), "filesystems-decode", "E10.1"),
    _line(_("Hyperconvergence: a server that manages a cluster of machines to do RAID with them"), "netstorage-hyperconvergence datacentre-hci", "E11.2"),
    _line(_("A machine without a disk that uses a server’s disk through a cable is faster than a disk installed in it"), "netstorage-faster datacentre-remote", "E11.1"),
    _line(_("AD"), "directory-ad directory-one-server", "E12.1 E12.2 E12.3"),
    _line(_("Database (BDD)"), "databases-bdd", "E13.1 E13.2"),
    _head(_("Test, to look at again")),
    _line(_("ESX server"), "hypervisors-esx", "E4.2"),
    _line(_("Virtualization course"), "hypervisors-full hypervisors-para", "E4.1 E4.3"),
    _line(_("Hardware emulation (GNS3)"), "hypervisors-gns3", "E4.3"),
    _line(_("Full virtualization (possible if the processor is of the same type)"), "hypervisors-full", "E4.3"),
    _line(_("Paravirtualization (the fastest)"), "hypervisors-para", "E4.1"),
    _line(_("Virtualization at hardware level"), "hypervisors-hardware", "E4.1"),
    _line(_("Containers"), "hypervisors-containers containers-differ", "E6.3"),
    _line(_("OVA, ISO"), "vmfiles-ova vmfiles-iso", "E5.3"),
)
# fmt: on
