"""What kubectl and the schemas of Kubernetes say about manifests, right ones and wrong ones.

Run: `python record.py KUBECTL VALIDATE > manifests.txt` with coursekit on the path, where KUBECTL is
a kubectl and VALIDATE the program of the package kubernetes-validate. Neither needs a cluster:
`kubectl set env --local` decodes a file into kubectl's own types and writes it out again, with one
variable more; kubernetes-validate --strict compares with the OpenAPI description of a release.
`written` is also what the tests build, so that they know that the record is about today's texts.
"""

import json
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import yaml

from coursekit.sims.kubernetes import objectsof as o
from coursekit.sims.kubernetes.disruption import Budget
from coursekit.sims.kubernetes.hpa import Autoscaler, Behavior, Policy, Rules
from coursekit.sims.kubernetes.manifest import dump
from coursekit.sims.kubernetes.objects import Pod, Toleration
from coursekit.sims.kubernetes.probes import Probe
from coursekit.sims.kubernetes.rollout import Deployment

RELEASE = "1.32"
QUANTITIES = [
    "500m", "0.5", "1", "1.5", "2000m", "100u", "1e3", "1.5e3", "1E", "128Mi", "1.5Gi", "1024Mi",
    "1000Mi", "1Gi", "123456789", "128974848", "129e6", "129M", "0.1Gi", "2048", "1Ki", "0", "12k",
    "0.5Ki", "1500m", "3000k", "5E3",
]  # fmt: skip
HEAD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"
SPEC = "spec:\n  containers:\n  - name: app\n    image: nginx:1.27\n"
DEPLOY = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: app\n        image: nginx:1.27\n"  # fmt: skip
WRONG = {  # name -> text; each has one mistake
    "tab": HEAD + "spec:\n\tcontainers: []\n",
    "colon": HEAD + "spec: containers: []\n",
    "number for a label": HEAD + "  labels:\n    version: 1\n" + SPEC,
    "yes for a label": HEAD + "  labels:\n    live: on\n" + SPEC,
    "text for a number": DEPLOY + "  replicas: three\n",
    "quantity": HEAD + SPEC + "    resources:\n      requests:\n        cpu: 5O0m\n",
    "unknown field": DEPLOY + "  replica: 3\n",
    "wrong case": HEAD + SPEC.replace("image:", "Image:"),
    "no containers": HEAD + "spec:\n  restartPolicy: Always\n",
    "no selector": DEPLOY.replace("  selector:\n    matchLabels:\n      app: web\n", ""),
    "wrong version": DEPLOY.replace("apps/v1", "v1"),
    "old version": DEPLOY.replace("apps/v1", "extensions/v1beta1"),
    "no kind": DEPLOY.replace("kind: Deployment\n", ""),
    "port as a text": HEAD + SPEC + "    ports:\n    - containerPort: eighty\n",
    "list for a map": HEAD + "spec:\n- containers\n",
}


def written():
    """Name -> text by our writers."""
    pod = Pod(
        name="batch", cpu_m=1500, mem_mi=1536, lim_cpu_m=2000, lim_mem_mi=2048, selector={"disk": "ssd"},
        tolerations=(Toleration(key="gpu", value="yes", effect="NoSchedule"), Toleration(operator="Exists")),
    )  # fmt: skip
    probes = [Probe(kind="startup", failure=30), Probe(kind="readiness", period=5, success=2), Probe(kind="liveness")]  # fmt: skip
    slow = Behavior(down=Rules(window=60, policies=(Policy("Pods", 4, 60), Policy("Percent", 10, 60)), select="Min"))  # fmt: skip
    bare = Pod(name="bare")
    return {
        "pod": dump([o.pod_value(pod)]),
        "bare pod": dump([o.pod_value(bare)]),
        "deployment": dump([o.deployment_value("web", Deployment(replicas=3, surge="30%", unavailable=0, min_ready=5), Pod(name="web", cpu_m=100, mem_mi=128), probes=probes)]),
        "standing still": dump([o.deployment_value("web", Deployment(surge=0, unavailable="0%"), bare)]),
        "recreate": dump([o.deployment_value("db", Deployment(replicas=1, strategy="Recreate"), bare)]),
        "service": dump([o.service_value("web", "web", target=8080, affinity=True)]),
        "autoscaler": dump([o.hpa_value("web", "web", Autoscaler(least=2, most=20, behavior=slow), 60)]),
        "budget": dump([o.budget_value("web", "web", Budget(min_available="50%"))]),
        "other budget": dump([o.budget_value("web", "web", Budget(max_unavailable=1))]),
    }  # fmt: skip


def said(command, text):
    """Both outputs of a command about a text, without the file's name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.yaml"
        path.write_text(text, "utf-8")
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False, cwd=folder)  # fmt: skip
        return (done.stdout + done.stderr).replace(str(path), "FILE").strip(), done.returncode


def kubectl(program, text):
    return said([program, "set", "env", "--local", "SEEN=yes", "-o", "yaml", "-f"], text)


def quantities(program):
    """Each amount as kubectl writes it."""
    containers = [{"name": f"c{i}", "image": "x", "resources": {"limits": {"x.org/q": q}}} for i, q in enumerate(QUANTITIES)]  # fmt: skip
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q"}, "spec": {"containers": containers}}  # fmt: skip
    out, _code = kubectl(program, yaml.safe_dump(pod))
    for text, one in zip(QUANTITIES, yaml.safe_load(out)["spec"]["containers"], strict=True):
        print(f"quantity {text} {one['resources']['limits']['x.org/q']}")


def main():
    program, validate = sys.argv[1:]
    version, _ = said([program, "version", "--client", "-o", "json", "--kubeconfig"], "")
    print(f"# kubectl {json.loads(version)['clientVersion']['gitVersion']}, kubernetes-validate for {RELEASE}, 2026-11")  # fmt: skip
    quantities(program)
    for name, text in {**written(), **WRONG}.items():
        out, code = kubectl(program, text)
        verdict, _ = said([validate, "--strict", "-k", RELEASE], text)
        print(f"== {name} {sha256(text.encode()).hexdigest()}")
        if code == 0:
            print("kubectl:", json.dumps(yaml.safe_load(out)))
        else:
            print("kubectl says:", " ".join(out.split()))
        print("validate:", " ".join(line for line in verdict.splitlines() if line.startswith(("INFO", "ERROR", "WARN")))[:300])  # fmt: skip


if __name__ == "__main__":
    main()
