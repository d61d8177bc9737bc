"""Manifests: errors with line and field, quantities, there and back, and what the real tools say."""

import json
import re
import runpy
import shutil
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.kubernetes import objectsof as o
from coursekit.sims.kubernetes.disruption import Budget
from coursekit.sims.kubernetes.hpa import DOWN, Autoscaler, Behavior, Policy, Rules
from coursekit.sims.kubernetes.manifest import LONGEST, dump, load, read
from coursekit.sims.kubernetes.objects import EFFECTS, Pod, Toleration
from coursekit.sims.kubernetes.probes import Probe
from coursekit.sims.kubernetes.qos import qos_class
from coursekit.sims.kubernetes.quantity import canonical, cores_m, mebibytes, parse
from coursekit.sims.kubernetes.rollout import Deployment
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts" / "kubernetes"
RECORD = runpy.run_path(str(FOLDER / "record.py"))
WRITTEN, WRONG = RECORD["written"](), RECORD["WRONG"]
LINES = (FOLDER / "manifests.txt").read_text("utf-8").splitlines()
QUANTITIES = [line.split()[1:] for line in LINES if line.startswith("quantity ")]
HEAD, SPEC, DEPLOY = RECORD["HEAD"], RECORD["SPEC"], RECORD["DEPLOY"]


def recorded():
    """Name -> digest, kubectl's line, the schema's line."""
    starts = [i for i, line in enumerate(LINES) if line.startswith("== ")]
    found = {}
    for i in starts:
        name, digest = re.fullmatch(r"== (.*) ([0-9a-f]{64})", LINES[i]).groups()
        found[name] = (digest, LINES[i + 1], LINES[i + 2].removeprefix("validate:").strip())
    return found


SEEN = recorded()


@pytest.mark.parametrize("name", [*WRITTEN, *WRONG])
def test_the_record_is_about_the_texts_of_today(name):
    text = {**WRITTEN, **WRONG}[name]
    assert sha256(text.encode()).hexdigest() == SEEN[name][0]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_we_write_is_right_for_kubectl_the_schemas_and_us(name):
    _digest, kubectl, schema = SEEN[name]
    assert schema.startswith("INFO") and "passed" in schema
    assert kubectl.startswith("kubectl: {") or "does not have a pod template: *v" in kubectl
    assert read(WRITTEN[name]).problems == ()


def normal(value):
    """Amounts in their canonical form; what kubectl adds is taken away."""
    if isinstance(value, dict):
        added = ("creationTimestamp", "status", "env")
        return {
            key: {k: canonical(v) for k, v in each.items()} if key in ("requests", "limits") else normal(each)
            for key, each in value.items()
            if key not in added and not (key == "resources" and not each)
        }  # fmt: skip
    return [normal(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", [n for n in WRITTEN if SEEN[n][1].startswith("kubectl: {")])
def test_kubectl_decodes_what_we_meant(name):
    theirs = json.loads(SEEN[name][1].removeprefix("kubectl: "))
    assert normal(theirs) == normal(yaml.safe_load(WRITTEN[name]))


@pytest.mark.parametrize("name", WRONG)
def test_what_we_refuse_kubectl_or_the_schemas_refuse_too(name):
    _digest, kubectl, schema = SEEN[name]
    assert kubectl.startswith("kubectl says:") or not schema.startswith("INFO")
    assert read(WRONG[name]).problems


SAID = {
    "tab": ["line 6: a tab: YAML is indented with spaces only"],
    "colon": ["line 5: not YAML here (mapping values are not allowed here); look at spaces, colons and quotes of this line and the one before"],
    "number for a label": ["line 6, metadata.labels.version=1: YAML reads a number or a yes/no here; put it in quotes to make it a text"],
    "yes for a label": ["line 6, metadata.labels.live=on: YAML reads a number or a yes/no here; put it in quotes to make it a text"],
    "text for a number": ["line 17, spec.replicas=three: write a whole number, without quotes"],
    "quantity": ["line 11, spec.containers[0].resources.requests.cpu=5O0m: write an amount, such as 500m or 2 for cpu, 256Mi or 1.5Gi for memory"],
    "unknown field": ["line 17, spec.replica=3: unknown field; is replicas meant?"],
    "wrong case": ["line 7, spec.containers[0].image=?: the field is missing", "line 8, spec.containers[0].Image=nginx:1.27: unknown field; is image meant?"],
    "no containers": ["line 6, spec.containers=?: the field is missing"],
    "no selector": ["line 6, spec.selector=?: the field is missing"],
    "wrong version": ["line 1, apiVersion=v1: a Deployment is of apps/v1"],
    "old version": ["line 1, apiVersion=extensions/v1beta1: a Deployment is of apps/v1"],
    "no kind": ["line 1, kind=?: the field is missing"],
    "port as a text": ["line 10, spec.containers[0].ports[0].containerPort=eighty: write a whole number, without quotes"],
    "list for a map": ["line 6, spec=[…]: write fields here, each as name: value, further to the right"],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_error_names_line_field_value_and_rule(name):
    said = [str(problem.said) for problem in read(WRONG[name]).problems]
    assert said == SAID[name]


@pytest.mark.parametrize(
    "text, says",
    [
        (DEPLOY.replace("        app: web\n    spec", "        app: shop\n    spec"), "line 8, spec.selector.matchLabels.app=web: the template's labels do not have it"),
        (DEPLOY + "  strategy:\n    rollingUpdate:\n      maxSurge: 0\n      maxUnavailable: 0%\n", "line 20, spec.strategy.rollingUpdate.maxUnavailable=0%: with maxSurge 0"),
        (DEPLOY + "  strategy:\n    type: Recreate\n    rollingUpdate:\n      maxSurge: 1\n", "line 19, spec.strategy.rollingUpdate={…}: Recreate has none|Recreate has no"),
        (DEPLOY + "  strategy:\n    rollingUpdate:\n      maxUnavailable: 150%\n", "at most 100%"),
        (DEPLOY + "  progressDeadlineSeconds: 5\n  minReadySeconds: 5\n", "more than minReadySeconds"),
        (DEPLOY + "      restartPolicy: Never\n", "line 17, spec.template.spec.restartPolicy=Never"),
        (DEPLOY.replace("      app: web\n  template", "      {}\n  template"), "line 6, spec.selector={}: an empty selector"),
        (HEAD + SPEC + "    resources:\n      requests: {cpu: 2}\n      limits: {cpu: 1500m}\n", "line 10, spec.containers[0].resources.requests.cpu=2: a request is not above the limit, 1500m"),
        (HEAD + SPEC + "    resources:\n      limits: {memory: 400m}\n", "fraction of a byte"),
        (HEAD + SPEC + "    resources:\n      limits: {cpu: -1}\n", "cpu=-1: choose 0 or more"),
        (HEAD + SPEC + "  - name: app\n    image: x\n", "line 9, spec.containers[1].name=app: another container has this name"),
        (HEAD + SPEC + "    livenessProbe:\n      periodSeconds: 0\n      httpGet: {port: 80}\n", "line 10, spec.containers[0].livenessProbe.periodSeconds=0: choose 1 or more"),
        (HEAD + SPEC + "    livenessProbe:\n      periodSeconds: 5\n", "line 9, spec.containers[0].livenessProbe=?: write exactly one of"),
        (HEAD + SPEC + "    livenessProbe: {successThreshold: 2, tcpSocket: {port: 80}}\n", "only a readiness probe"),
        (HEAD + SPEC + "  tolerations:\n  - operator: Exists\n    value: x\n    key: a\n", "line 11, spec.tolerations[0].value=x: with operator Exists"),
        (HEAD + SPEC + "  tolerations:\n  - value: x\n", "without a key the operator must be Exists"),
        (HEAD.replace("web", "Web_1") + SPEC, "line 4, metadata.name=Web_1: a name has small letters"),
        (HEAD.replace("web", '""') + SPEC, "line 4, metadata.name=: write a text that is not empty"),
        (HEAD + "  labels: {app: 'a b'}\n" + SPEC, "a label's value has letters"),
        (HEAD + "  labels: {'a b': x}\n" + SPEC, "a label's name has letters"),
        (HEAD + SPEC + "  restartPolicy: Often\n", "choose one of Always, OnFailure, Never"),
        (HEAD + SPEC + "    image: twice\n", "line 9, spec.containers[0].image=twice: the field is written twice"),
        (HEAD + SPEC + "    ports: [{containerPort: 70000}]\n", "containerPort=70000: choose 1 to 65535"),
        (HEAD + SPEC + "    ports: {containerPort: 80}\n", "write a list: each entry begins with -"),
        (HEAD + "spec:\n  containers: []\n", "the list needs 1 entry or more"),
        (HEAD + SPEC + "  ? [a]\n  : b\n", "a field's name is a text"),
        (HEAD + SPEC + "    command: []\n    whatever: 1\n", "whatever=1: unknown field here"),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "line 2, kind=Secret: choose one of Pod, Deployment"),
        ("- a\n", "line 1: a manifest has fields"),
        ("a: &x [*x]\n", "line 1: anchors and aliases"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n", "line 4, spec.ports=?: the field is missing"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}, {port: 2}]}\n", "spec.ports[0].name=?: with several ports"),
        ("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, maxUnavailable: 1}\n", "minAvailable or maxUnavailable, not both"),
        ("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: half}\n", "write a whole number, or a percentage"),
        ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 5, maxReplicas: 4, scaleTargetRef: {kind: Deployment, name: web}}\n", "spec.minReplicas=5: it must not be above maxReplicas, 4"),
        ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 4, scaleTargetRef: {kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}\n", "averageUtilization=?: the field is missing"),
        ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 4, scaleTargetRef: {kind: Deployment, name: web}, metrics: [{type: Resource}]}\n", "spec.metrics[0].resource=?: the field is missing"),
        (DEPLOY + "  paused: 'yes'\n", "write true or false, without quotes"),
        ("", ""),
    ],
)  # fmt: skip
def test_each_rule_between_fields(text, says):
    said = " / ".join(str(problem.said) for problem in read(text).problems)
    assert any(each in said for each in says.split("|"))
    assert bool(said) == bool(says)


def test_good_documents_are_given_though_others_are_wrong_and_lines_count_over_all():
    text = WRITTEN["pod"] + "---\n" + WRONG["unknown field"] + "---\n" + WRITTEN["service"]
    manifest = read(text)
    assert [(d.kind, d.name) for d in manifest.documents] == [("Pod", "batch"), ("Service", "web")]
    first = len(WRITTEN["pod"].splitlines()) + 1
    assert [problem.line for problem in manifest.problems] == [first + 17]
    assert manifest.of("Service")[0].line == first + 19


def test_load_raises_the_first_problem():
    with pytest.raises(ParameterError, match=r"line 17, spec.replica=3: unknown field"):
        load(WRONG["unknown field"])
    with pytest.raises(ParameterError, match=f"at most {LONGEST}"):
        read("#" * (LONGEST + 1))
    assert [d.kind for d in load(WRITTEN["budget"])] == ["PodDisruptionBudget"]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_text_breaks_the_reader(data):
    """Whatever is cut out of, or put into, a right text: problems or documents, never a traceback."""
    text = data.draw(st.sampled_from([*WRITTEN.values(), DEPLOY]))
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(st.text(alphabet="\t\n :-[]{}&*!|>'\"%@`#,?x0Ωé\0", max_size=6))
    manifest = read(text[:at] + put + text[at + cut :])
    assert all(problem.line >= 1 and str(problem.said) for problem in manifest.problems)


@pytest.mark.parametrize("text, theirs", QUANTITIES)
def test_an_amount_is_written_as_kubectl_writes_it(text, theirs):
    assert canonical(text) == theirs
    assert parse(text) == parse(theirs)


@pytest.mark.parametrize(
    "text, value",
    [("500m", Fraction(1, 2)), ("1.5Gi", 3 * 2**29), ("2", 2), ("1e3", 1000), ("12E", 12 * 10**18), (".5", Fraction(1, 2)), ("-1", -1)],
)  # fmt: skip
def test_amounts_are_exact(text, value):
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "m", "1 Gi", "1GB", "5O0m", "1,5", "1.5.0", "gi", "0x10", "1KiB"])  # fmt: skip
def test_what_is_no_amount(text):
    with pytest.raises(ParameterError, match=r"cpu=.*: not an amount"):
        parse(text, "cpu")


def test_fine_amounts_count_as_the_next_one():
    assert (cores_m("100u"), cores_m("0.1"), mebibytes("1"), mebibytes("1Gi")) == (1, 100, 1, 1024)
    with pytest.raises(ParameterError, match="finer than n"):
        canonical("0.0000000001")


PODS = st.builds(
    lambda cpu, mem, more, selector, tolerations: Pod(
        name="web", cpu_m=cpu, mem_mi=mem, lim_cpu_m=cpu + more if cpu and more else None, owner="web",
        lim_mem_mi=mem + more if mem and more else None, selector=selector, tolerations=tuple(tolerations), image="x:1",
    ),
    st.integers(0, 9000), st.integers(0, 9000), st.integers(0, 900),
    st.sampled_from([{}, {"disk": "ssd"}]),
    st.lists(st.builds(Toleration, key=st.just("k"), value=st.sampled_from(["", "v"]), effect=st.sampled_from(["", *EFFECTS])), max_size=2),
)  # fmt: skip
DEPLOYMENTS = st.builds(
    Deployment, replicas=st.integers(1, 50), surge=st.sampled_from([1, 0, "25%", "100%"]),
    unavailable=st.sampled_from([1, 2, "25%"]), strategy=st.sampled_from(["RollingUpdate"]),
    min_ready=st.integers(0, 30),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(DEPLOYMENTS, PODS)
def test_a_deployment_there_and_back(deployment, pod):
    (document,) = load(dump([o.deployment_value("web", deployment, pod)]))
    assert o.as_deployment(document) == deployment
    assert o.as_pod(document) == pod


def test_the_others_there_and_back():
    rules = Rules(window=60, policies=(Policy("Pods", 4, 60),), select="Min")
    scaler = Autoscaler(least=2, most=9, behavior=Behavior(up=rules, down=DOWN))
    (document,) = load(dump([o.hpa_value("web", "web", scaler, 60)]))
    assert o.as_hpa(document) == (scaler, 60)
    for budget in (Budget(min_available="50%"), Budget(max_unavailable=0)):
        (document,) = load(dump([o.budget_value("web", "web", budget)]))
        assert o.as_budget(document) == budget
    probes = (Probe(kind="startup", failure=30), Probe(kind="readiness", success=2, initial_delay=3), Probe(kind="liveness", period=7))  # fmt: skip
    (document,) = load(dump([o.deployment_value("web", Deployment(), Pod(name="web"), probes=probes)]))  # fmt: skip
    assert o.as_probes(document) == probes
    (document,) = load(dump([o.pod_value(Pod(name="p", cpu_m=100, lim_cpu_m=100, mem_mi=5, lim_mem_mi=5))]))  # fmt: skip
    assert qos_class(o.as_containers(document)) == "Guaranteed"


def test_who_means_whom():
    web = o.deployment_value("web", Deployment(), Pod(name="web"))
    lone = o.pod_value(Pod(name="lone"), labels={"app": "web"})
    service, budget = o.service_value("s", "web"), o.budget_value("b", "web", Budget(min_available=1))  # fmt: skip
    hpa, other = o.hpa_value("h", "web", Autoscaler()), o.service_value("t", "nobody")
    documents = load(dump([web, lone, service, budget, hpa, other]))
    names = {d.name: [t.name for t in o.targets(d, documents)] for d in documents[2:]}
    assert names == {"s": ["web", "lone"], "b": ["web", "lone"], "h": ["web"], "t": []}


def test_a_document_of_another_kind_is_refused():
    (service,) = load(WRITTEN["service"])
    for reads in (o.as_pod, o.as_deployment, o.as_hpa, o.as_budget):
        with pytest.raises(ParameterError, match="kind=Service: choose one of"):
            reads(service)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed; the record is compared")  # fmt: skip
@pytest.mark.parametrize("name", WRITTEN)
def test_the_installed_kubectl_decodes_what_we_write(name):
    out, code = RECORD["kubectl"]("kubectl", WRITTEN[name])
    if code == 0:
        assert normal(yaml.safe_load(out)) == normal(yaml.safe_load(WRITTEN[name]))
    else:
        assert "does not have a pod template: *v" in out
