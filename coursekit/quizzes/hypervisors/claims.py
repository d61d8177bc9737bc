"""The sentences of the notes about hypervisors, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="hypervisors-claim-directx", verdict="wrong", scene=at.cards(("DirectX", "none"), ("VirtualBox", "type2"), ("VMware ESXi", "type1"), ("VMware Workstation", "type2"), ("QEMU without KVM", "emulator")),
        quote=_("Hypervisor: DirectX, VirtualBox, VMware, Qemu"),
        correct=_("DirectX is a programming interface for graphics and sound; Hyper-V or Xen may have been meant. VirtualBox is of type 2. VMware is a company: ESXi is of type 1, Workstation and Fusion of type 2. QEMU alone is an emulator; with KVM, a module of the Linux kernel, it is the half of a hypervisor that runs in user mode."),
        source="Microsoft, DirectX; VMware; QEMU documentation", question="hypervisors-directx",
    ),
    Claim(
        id="hypervisors-claim-proxmox", verdict="incomplete", scene=at.cards(("Proxmox VE", "platform")),
        quote=_("ProxMox"),
        correct=_("Proxmox VE is a management platform on Debian: KVM and QEMU for virtual machines, LXC for containers, and cluster, storage and backup around them."),
        source="Proxmox VE Administration Guide", question="hypervisors-proxmox",
    ),
    Claim(
        id="hypervisors-claim-esx", verdict="imprecise", scene=at.cards(("VMware ESXi", "type1"), ("VMware vCenter", "platform")),
        quote=_("ESX server"),
        correct=_("ESX, with a Linux console of its own, ended with version 4.1 (2010). Since vSphere 5 there is only ESXi. What makes a cluster of several hosts, HA, DRS and vMotion, belongs to vCenter."),
        source="VMware vSphere 5 release notes", question="hypervisors-esx",
    ),
    Claim(
        id="hypervisors-claim-gns3", verdict="imprecise", scene=at.cards(("GNS3", "front_end"), ("Dynamips", "emulator")),
        quote=_("Hardware emulation (GNS3)"),
        correct=_("GNS3 is a front end. Behind it Dynamips imitates the processors of some Cisco routers, which is true emulation; QEMU emulates or uses KVM; Docker and VPCS run processes. Emulation translates every instruction, so the guest may be made for another processor."),
        source="GNS3 documentation", question="hypervisors-gns3",
    ),
    Claim(
        id="hypervisors-claim-full", verdict="right", scene=at.guest("calls", "bt"),
        quote=_("Full virtualization (possible if the processor is of the same type)"),
        correct=_("The guest is not changed, and most of its instructions run directly: so they must be those of the processor. The sensitive rest is trapped, translated, or taken over by hardware."),
        source="Popek and Goldberg 1974; Adams and Agesen 2006", question="hypervisors-arm",
    ),
    Claim(
        id="hypervisors-claim-para", verdict="wrong", scene=at.costs("syscall", "pv"),
        quote=_("Paravirtualization (the fastest)"),
        correct=_("It was on x86 from about 2003 to 2006, before hardware assistance, because 17 instructions of the Pentium are sensitive and do not trap. Today processor and memory are left to VT-x or AMD-V with nested paging; para-virtual devices (virtio, vmxnet3) remain the right choice for input and output. A 64-bit guest that is para-virtual altogether pays for each system call, and a container costs less still."),
        source="Robin and Irvine 2000; Adams and Agesen 2006", question="hypervisors-fastest",
    ),
    Claim(
        id="hypervisors-claim-hardware", verdict="imprecise", scene=at.guest("popf", "hw_npt"),
        quote=_("Virtualization at hardware level"),
        correct=_("What is meant is hardware-assisted virtualization: VT-x with EPT, AMD-V with NPT. The processor offers the guest's kernel a mode of its own and walks both page tables; a hypervisor is still needed."),
        source="Intel SDM, volume 3", question="hypervisors-hardware",
    ),
    Claim(
        id="hypervisors-claim-containers", verdict="imprecise", scene=at.costs("cpu", "container"),
        quote=_("Containers"),
        correct=_("They stand in a list of virtualization techniques, and are one at the level of the operating system: one kernel is shared, there is no virtual hardware and no kernel in the guest. Chapter 6 opens them."),
        source="namespaces(7)", question="hypervisors-techniques",
    ),
)  # fmt: skip
