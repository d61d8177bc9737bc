"""States of the failover labs that questions point at."""

from coursekit.quizzes.question import Scene

CRASH = ((10.0, "crash", "r1"),)
ELECTED = Scene(lab="failover-vrrp", values={"nodes": 3})
CRASHED = Scene(lab="failover-vrrp", actions=CRASH)
STOPPED = Scene(lab="failover-vrrp", actions=((10.0, "stop", "r1"),))
RETURNED = Scene(lab="failover-vrrp", actions=(*CRASH, (20.0, "restart", "r1")))
STAYED = Scene(
    lab="failover-vrrp", values={"preempt": False}, actions=(*CRASH, (20.0, "restart", "r1"))
)
OWNER = Scene(lab="failover-vrrp", values={"prio1": 255}, actions=(*CRASH, (20.0, "restart", "r1")))
EQUAL = Scene(lab="failover-vrrp", values={"prio1": 150})
SLOW = Scene(lab="failover-vrrp", values={"adv": 2.0}, actions=CRASH)
SPLIT = Scene(lab="failover-split", actions=((10.0, "cut", "r1", "r2"),))
FENCED = Scene(lab="failover-split", values={"fencing": True}, actions=((10.0, "cut", "r1", "r2"),))
DEAF = Scene(
    lab="failover-split",
    values={"second": 0.0},
    actions=((10.0, "lose_garp", "r2"), (11.0, "crash", "r1")),
)
ILL = ((10.5, "check", "r1", "fail"),)
LEAVES = Scene(lab="failover-script", values={"weight": 0}, actions=ILL)
SINKS = Scene(lab="failover-script", values={"weight": -60}, actions=ILL)
LIGHT = Scene(lab="failover-script", values={"weight": -20}, actions=ILL)
FALL3 = Scene(lab="failover-checks", values={"interval": 2.0, "fall": 3})
SILENT = Scene(lab="failover-checks", values={"interval": 2.0, "fall": 3, "delay": 2.0})
PAIR = Scene(lab="failover-availability", values={"balancers": 2, "beta": 0})
COMMON = Scene(lab="failover-availability", values={"balancers": 2, "beta": 10})
SINGLE = Scene(lab="failover-availability", values={"balancers": 1, "beta": 0})
WEB_ALL = Scene(lab="failover-availability", values={"webs": 3, "needed": 3})
OUTAGE = Scene(lab="failover-outage")
