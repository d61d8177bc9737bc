"""Five roles that one domain controller holds alone, and what stops when its holder is down.

Modelled: a domain with several controllers, operations tried one after the other while controllers
go down and come back. The RID master gives pools of 500 numbers; a controller asks for the next one
when half of its own is used, so creations go on without the master until both are empty. A
password goes to the PDC emulator at once, and whoever sees a wrong one asks there. Transfer needs
both alive; seizing leaves the old holder believing in its role: if it returns, it hands out
numbers a second time. Lab rules: clocks drift 0.36 s an hour (100 ppm) without the PDC emulator, and
a holder that returns acts before it hears of the change. Left out: sites, time zones, RID reserves
(the last 10 per cent), the roles of application partitions.
Sources: [MS-ADTS] 3.1.1.1.11, 3.1.1.5.1.1; Microsoft Learn, "FSMO roles", "Managing RID issuance".
"""

from collections.abc import Iterable
from dataclasses import replace

from coursekit.sims.directory.domainstate import (
    DRIFT,
    HALF,
    ROLE_WORDS,
    ROLES,
    SKEW,
    Action,
    Controller,
    Event,
    Role,
    State,
    changed,
    grown,
    listed,
    start,
    supplied,
)
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ROLES", "Action", "Controller", "Event", "Role", "State", "effects", "play", "probe", "start", "step"]  # fmt: skip


def play(state: State, events: Iterable[Event]) -> tuple[State, ...]:
    """The states before and after every event."""
    states = [state]
    for event in events:
        states.append(step(states[-1], event))
    return tuple(states)


def step(state: State, event: Event) -> State:
    """The domain after an event."""
    before = replace(state, event=event, done=True, made=0)
    if event.where:
        at = before[event.where]
        if event.action in ("create", "password", "log on") and not at.up:
            return _no(before, Message.of("{name} is down.", name=at.name))
    elif event.action in ("create", "password", "log on", "down", "up", "rebuild", "transfer", "seize"):  # fmt: skip
        raise ParameterError("where=?: name a controller for {action}", action=event.action)
    if event.action in ("transfer", "seize"):
        require(event.role in ROLES, "role={role}: choose one of {choices}", role=event.role, choices=", ".join(ROLES))  # fmt: skip
    return _STEPS[event.action](before, event)


def _no(state: State, why: Message) -> State:
    return replace(state, done=False, why=why)


def _yes(state: State, why: Message) -> State:
    return replace(state, why=why)


def _create(state: State, event: Event) -> State:
    wanted, name = event.count, event.where
    while wanted:
        state = supplied(state, name)
        own = state[name]
        begin, end = own.pool
        if begin == end:
            break
        left = end - begin
        taken = min(wanted, left - HALF if left > HALF else left)  # it asks when half is used
        wanted -= taken
        state = replace(state, made=state.made + taken, given=grown(state.given, begin, begin + taken))  # fmt: skip
        pool = (begin + taken, end)
        state = changed(state, name, pool=own.spare, spare=(0, 0)) if pool[0] == end else changed(state, name, pool=pool)  # fmt: skip
    state = supplied(state, name)
    values = {"made": state.made, "name": name, "left": state[name].left}
    if wanted:
        return _no(state, Message.of("Accounts created: {made}. {name} has no RID left, and the RID master that would give it 500 more is down.", **values))  # fmt: skip
    if state.serving("rid") is None:
        return _yes(state, Message.of("Accounts created: {made}. The RID master is down: {name} can create {left} more.", **values))  # fmt: skip
    return _yes(state, Message.of("Accounts created: {made}. {name} has {left} RIDs left.", **values))  # fmt: skip


def _extend(state: State, _event: Event) -> State:
    if state.serving("schema") is None:
        return _no(state, Message.of("The schema master is down: nobody else takes a change of the schema. Everything else goes on."))  # fmt: skip
    return _yes(replace(state, schema=state.schema + 1), Message.of("The schema has a new attribute, and every controller will hear of it."))  # fmt: skip


def _add_domain(state: State, _event: Event) -> State:
    if state.serving("naming") is None:
        return _no(state, Message.of("The domain naming master is down: no domain is added or removed."))  # fmt: skip
    return _yes(replace(state, domains=state.domains + 1), Message.of("The forest has one domain more."))  # fmt: skip


def _password(state: State, event: Event) -> State:
    version = state.password + 1
    state = changed(replace(state, password=version), event.where, password=version)
    pdc = state.serving("pdc")
    if pdc is None:
        return _yes(state, Message.of("{name} has the new password. The PDC emulator is down: the others learn it by replication only.", name=event.where))  # fmt: skip
    state = changed(state, pdc.name, password=version)
    return _yes(state, Message.of("{name} has the new password and sends it to the PDC emulator at once.", name=event.where))  # fmt: skip


def _log_on(state: State, event: Event) -> State:
    own, pdc = state[event.where], state.serving("pdc")
    if state.drift > SKEW:
        return _no(state, Message.of("Clocks differ by {drift:.0f} s, more than 300 s: Kerberos refuses.", drift=state.drift))  # fmt: skip
    if own.password == state.password:
        return _yes(state, Message.of("{name} knows the password.", name=own.name))
    if pdc is not None and pdc.password == state.password:
        return _yes(state, Message.of("{name} holds the old password, asks the PDC emulator before it refuses, and lets the user in.", name=own.name))  # fmt: skip
    return _no(state, Message.of("{name} holds the old password and can ask no PDC emulator that knows the new one: refused.", name=own.name))  # fmt: skip


def _policy(state: State, _event: Event) -> State:
    if state.serving("pdc") is None:
        return _no(state, Message.of("The editor of policies looks for the PDC emulator and does not find it; on any other controller two editors may overwrite each other."))  # fmt: skip
    return _yes(state, Message.of("The policy is edited on the PDC emulator, so that two editors meet in one place."))  # fmt: skip


def _rename(state: State, _event: Event) -> State:
    if all(each.catalog for each in state.controllers):
        return _yes(state, Message.of("Every controller holds the global catalog: names from other domains are right without an infrastructure master."))  # fmt: skip
    master = state.serving("infrastructure")
    if master is None:
        return _no(state, Message.of("The infrastructure master is down: groups show the old name of a member from another domain."))  # fmt: skip
    if master.catalog:
        return _no(state, Message.of("The infrastructure master holds the global catalog, so it sees no difference and corrects nobody: groups show the old name."))  # fmt: skip
    return _yes(state, Message.of("The infrastructure master compares with a global catalog and corrects the name."))  # fmt: skip


def _wait(state: State, event: Event) -> State:
    drift = 0.0 if state.serving("pdc") else state.drift + DRIFT * event.count
    after = replace(state, hours=state.hours + event.count, drift=drift)
    if drift:
        return _yes(after, Message.of("Nobody gives the time: clocks differ by {drift:.0f} s.", drift=drift))  # fmt: skip
    return _yes(after, Message.of("Clocks follow the PDC emulator."))


def _replicate(state: State, _event: Event) -> State:
    """Controllers that are up tell each other what they know, roles too."""
    living = [each for each in state.controllers if each.up]
    if not living:
        return _no(state, Message.of("No controller is up."))
    knows, password = max(each.knows for each in living), max(each.password for each in living)
    for each in living:
        state = changed(state, each.name, knows=knows, password=password)
    return _yes(state, Message.of("Controllers that are up know the same passwords and the same next RID."))  # fmt: skip


def _down(state: State, event: Event) -> State:
    roles = listed(role for role in ROLES if role in state[event.where].believes)
    return _yes(changed(state, event.where, up=False), Message.of("{name} is down; its roles: {roles}. Nobody takes them over by himself.", name=event.where, roles=roles))  # fmt: skip


def _up(state: State, event: Event) -> State:
    state = changed(state, event.where, up=True)
    double = [role for role in ROLES if role in state[event.where].believes and len(state.holders(role)) > 1]  # fmt: skip
    if double:
        return _no(state, Message.of("{name} is back and believes in its old roles: {roles}. Two holders act now; it should have been wiped.", name=event.where, roles=listed(double)))  # fmt: skip
    return _yes(state, Message.of("{name} is back.", name=event.where))


def _rebuild(state: State, event: Event) -> State:
    """Installed anew: no role, no pool, no old knowledge."""
    own = state[event.where]
    alone = [role for role in ROLES if role in own.believes and len(state.holders(role)) == 1]
    if alone:
        return _no(state, Message.of("{name} alone holds: {roles}. Transfer or seize them first.", name=own.name, roles=listed(alone)))  # fmt: skip
    others = [each for each in state.controllers if each.up and each.name != own.name]
    if not others:
        return _no(state, Message.of("No controller is up to copy from."))
    fresh = Controller(own.name, catalog=own.catalog, knows=max(each.knows for each in others), password=max(each.password for each in others))  # fmt: skip
    state = replace(state, controllers=tuple(fresh if each is own else each for each in state.controllers))  # fmt: skip
    return _yes(supplied(state, own.name), Message.of("{name} is installed anew and holds no role.", name=own.name))  # fmt: skip


def _transfer(state: State, event: Event) -> State:
    return _moved(state, event, seize=False)


def _seize(state: State, event: Event) -> State:
    return _moved(state, event, seize=True)


def _moved(state: State, event: Event, *, seize: bool) -> State:
    role = next(each for each in ROLES if each == event.role)
    goal, old = state[event.where], state.serving(role)
    values = {"role": ROLE_WORDS[role], "name": goal.name}
    if not goal.up:
        return _no(state, Message.of("{name} is down.", **values))
    if role in goal.believes:
        return _no(state, Message.of("{name} has this role already: {role}.", **values))
    if old is None and not seize:
        return _no(state, Message.of("Who holds the role ({role}) does not answer: a transfer needs both alive. What is left is to seize it.", **values))  # fmt: skip
    if old is not None and seize:
        return _no(state, Message.of("Who holds the role ({role}) is alive: transfer it, do not seize it.", **values))  # fmt: skip
    heard = goal.knows
    if old is not None:
        heard = max(heard, old.knows)
        state = changed(state, old.name, believes=old.believes - {role})
    state = changed(state, goal.name, believes=goal.believes | {role}, knows=heard)
    if seize:
        return _yes(state, Message.of("{name} has a new role: {role}. The old holder does not know: it must never return as it was.", **values))  # fmt: skip
    return _yes(state, Message.of("{name} has a new role: {role}. The old holder knows it.", **values))  # fmt: skip


_STEPS = {
    "create": _create, "extend": _extend, "add domain": _add_domain, "password": _password,
    "log on": _log_on, "policy": _policy, "rename elsewhere": _rename, "wait": _wait,
    "replicate": _replicate, "down": _down, "up": _up, "rebuild": _rebuild,
    "transfer": _transfer, "seize": _seize,
}  # fmt: skip

TRIED: tuple[Action, ...] = ("create", "extend", "add domain", "log on", "policy", "rename elsewhere")  # fmt: skip


def probe(state: State, where: str) -> dict[Action, State]:
    """Each operation tried once at a controller, all on the same state.

    `log on` is with a password that has just been changed at another controller, if there is one.
    """
    others = [each for each in state.controllers if each.up and each.name != where]
    renewed = step(state, Event("password", others[0].name)) if others else state
    return {
        action: step(renewed if action == "log on" else state, Event(action, where))
        for action in TRIED
    }


def effects(role: Role, hours: int, *, per_day: int = 0, catalogs: Iterable[str] | None = None) -> tuple[Action, ...]:  # fmt: skip
    """Operations that fail at another controller once the holder of a role is down for so long.

    Four controllers; dc1 holds the role asked for, dc4 the others; `per_day` accounts are made at dc2.
    """
    state = start(("dc1", "dc2", "dc3", "dc4"), holder={each: "dc1" if each == role else "dc4" for each in ROLES}, catalogs=catalogs)  # fmt: skip
    state = step(state, Event("down", "dc1"))
    for _day in range(hours // 24 if per_day else 0):
        state = step(state, Event("create", "dc2", count=per_day))
    state = step(state, Event("wait", count=max(1, hours)))
    return tuple(action for action, after in probe(state, "dc2").items() if not after.done)
