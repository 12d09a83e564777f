# SPDX-License-Identifier: Apache-2.0
"""rig - a whole site on one machine: broker, wires, gateway and an independent subscriber, all real processes.

    class Doors(RigCase):
        def test_forced(self):
            rig = self.rig(site)                     # dict or YAML text; PORT_x, TTY_x and BROKER are filled in
            rig.start()                              # broker, subscriber, picket-sim, picketd
            rig.sim("set", "gate", "open")
            rig.wait_event("picket.alarm.raised", subject="gate", condition="door.forced")

Everything lives in one temporary folder and dies with the rig; only its own children are ended, by pid. When a
test fails, the end of every child's log is printed. PICKET_BIN names the build folder.
"""
import ctypes
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("PICKET_BIN", os.path.join(ROOT, "build"))
STEP_S = 0.02      # between two looks at a condition
END_S = 15         # for a child to end when told to
SOME_S = 10        # the usual deadline: generous, since sanitizers and a loaded machine are slow
LOG_TAIL = 40      # lines of each log shown when a test fails
PR_SET_PDEATHSIG = 1


def wait_for(predicate, what, deadline_s=SOME_S):
    """The first true value of predicate(), or an AssertionError that says what was waited for."""
    end = time.monotonic() + deadline_s
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() >= end:
            raise AssertionError(f"waited {deadline_s} s in vain for: {what() if callable(what) else what}")
        time.sleep(STEP_S)


def free_ports(count):
    """Loopback TCP ports that nobody listens on now; all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """One process with a log of its own."""

    def __init__(self, name, folder, environment=None):
        self.name, self.folder = name, folder
        self.log = os.path.join(folder, name + ".log")
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def start(self, *argv, stdout=None):
        assert not self.alive(), f"{self.name} runs already"
        with open(self.log, "ab") as log, open(stdout or self.log, "ab") as out:
            self.process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                                            env=self.environment, cwd=self.folder, preexec_fn=die_with_parent,
                                            start_new_session=True)  # Ctrl-C is for the parent alone

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def send(self, signum):
        if self.alive():
            self.process.send_signal(signum)

    def kill(self):
        """kill -9: the crash, not the end."""
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait(END_S)
            self.process = None

    def stop(self):
        """Ends it as its supervisor would; its exit code, or None when it did not run."""
        if not self.process:
            return None
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            code = self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {END_S} s of SIGTERM") from None
        self.process = None
        return code

    def text(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""


class Broker(Child):
    """A real mosquitto on a port of its own. durable: sessions and retained messages survive its restart."""

    def __init__(self, folder, port, durable=False, extra=""):
        super().__init__("mosquitto", folder)
        self.port, self.conf = port, os.path.join(folder, "mosquitto.conf")
        state = os.path.join(folder, "broker")
        os.makedirs(state, exist_ok=True)
        with open(self.conf, "w", encoding="utf-8") as conf:
            conf.write(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {getpass.getuser()}\n"
                       f"max_queued_messages 0\npersistence {'true' if durable else 'false'}\n")
            if durable:
                conf.write(f"persistence_location {state}/\n")
            conf.write(extra)

    def run(self):
        tool = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.start(tool, "-c", self.conf)
        wait_for(lambda: listens(self.port) or not self.alive(), "mosquitto to listen")
        assert self.alive(), "mosquitto ended at once:\n" + self.text()


class Subscriber(Child):
    """mosquitto_sub on a topic tree: a client nobody here wrote is the witness. One JSON line a message."""

    def __init__(self, folder, port, topic, persistent=False):
        super().__init__("subscriber", folder)
        self.port, self.topic, self.persistent = port, topic, persistent
        self.out = os.path.join(folder, "messages.jsonl")
        self.offset, self.rows, self.rest = 0, [], ""

    def run(self):
        session = ["-i", "witness", "-c"] if self.persistent else []
        self.start("mosquitto_sub", "-h", "127.0.0.1", "-p", self.port, "-V", "mqttv5", "-q", "1", "-t", self.topic,
                   "-F", "%j", *session, stdout=self.out)

    def messages(self):
        """All messages so far, in the order of arrival: topic, retain, payload (text, "" when empty)."""
        if os.path.exists(self.out):
            with open(self.out, encoding="utf-8") as file:
                file.seek(self.offset)
                lines = (self.rest + file.read()).split("\n")
                self.offset, self.rest = file.tell(), lines[-1]
                for line in lines[:-1]:
                    row = json.loads(line)
                    row["payload"] = row["payload"] or ""
                    self.rows.append(row)
        return self.rows


class Rig:
    """A site with everything around it; its journal is FOLDER/journal. Placeholders in the site: see fill()."""

    def __init__(self, site, durable_broker=False, persistent_subscriber=False):
        self.folder = tempfile.mkdtemp(prefix="picket-")
        self.ports, self.failures = {}, []
        self.site_path = os.path.join(self.folder, "site.yaml")
        self.socket = os.path.join(self.folder, "picketd.sock")
        self.environment = {
            "XDG_RUNTIME_DIR": self.folder, "PICKET_SOCKET": self.socket, "NO_COLOR": "1",
            "PICKET_SIM_SOCKET": os.path.join(self.folder, "picket-sim.sock"),
            "PICKET_PROFILES": os.environ.get("PICKET_PROFILES", os.path.join(ROOT, "config", "profiles")),
        }
        self.write("site.yaml", site)
        with open(self.site_path, encoding="utf-8") as file:
            text = file.read()
        self.site_id = re.search(r'^\s*"?site"?\s*:\s*"?([a-z0-9-]+)', text, re.M).group(1)
        self.gateway_id = re.search(r'^\s*"?gateway"?\s*:\s*"?([a-z0-9-]+)', text, re.M).group(1)
        self.base = f"picket/v1/{self.site_id}/{self.gateway_id}/"
        self.broker = Broker(self.folder, self.port("BROKER"), durable_broker)
        self.subscriber = Subscriber(self.folder, self.broker.port, self.base + "#", persistent_subscriber)
        self.wires = Child("picket-sim", self.folder, self.environment)
        self.daemon = Child("picketd", self.folder, self.environment)
        self.others = []

    # --- the site file --------------------------------------------------------------------------

    def port(self, name):
        """The loopback port of that name, chosen the first time it is asked for."""
        if name not in self.ports:
            taken = set(self.ports.values())
            self.ports[name] = next(p for p in free_ports(len(taken) + 1) if p not in taken)
        return self.ports[name]

    def fill(self, text):
        """BROKER -> its url, TCP_x -> tcp://127.0.0.1:PORT, TTY_x -> a path for a pty, FOLDER -> the folder."""
        text = re.sub(r"\bTCP_(\w+)", lambda m: f"tcp://127.0.0.1:{self.port(m.group(1))}", text)
        text = re.sub(r"\bTTY_(\w+)", lambda m: os.path.join(self.folder, "tty-" + m.group(1)), text)
        return text.replace("BROKER", f"mqtt://127.0.0.1:{self.port('BROKER')}").replace("FOLDER", self.folder)

    def write(self, name, site):
        """A site file in the folder, filled in; its path. JSON is YAML, so a dict will do."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.fill(site if isinstance(site, str) else json.dumps(site, indent=1)) + "\n")
        return path

    # --- the children ---------------------------------------------------------------------------

    def start(self):
        self.broker.run()
        self.subscriber.run()
        self.wait_subscribed()
        self.start_wires()
        self.start_daemon()

    def wait_subscribed(self):
        """Until the witness hears: messages of a probe topic are sent until one arrives."""
        def heard():
            self.publish(self.base + "probe", "?")
            return any(row["topic"].endswith("/probe") for row in self.subscriber.messages())
        wait_for(heard, "the subscriber to hear the broker")

    def start_wires(self, *options, site=None):
        self.wires.start(os.path.join(BIN, "picket-sim"), site or self.site_path, *options)
        wait_for(lambda: self.sim("list", check=False)[0] == 0 or not self.wires.alive(), "picket-sim to answer")
        assert self.wires.alive(), "picket-sim ended at once:\n" + self.wires.text()

    def start_daemon(self):
        self.daemon.start(os.path.join(BIN, "picketd"), self.site_path, "--socket", self.socket)
        wait_for(lambda: self.ctl("status", check=False)[0] == 0 or not self.daemon.alive(), "picketd to answer")
        assert self.daemon.alive(), "picketd ended at once:\n" + self.daemon.text()

    def child(self, name, *argv):
        """Another process of this rig, e.g. a misbehaving device."""
        child = Child(name, self.folder, self.environment)
        self.others.append(child)
        child.start(*argv)
        return child

    def run(self, *argv, check=True, timeout_s=SOME_S):
        """A command of a person: (code, stdout + stderr)."""
        done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, env={**os.environ, **self.environment}, cwd=self.folder,
                              timeout=timeout_s, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, argv))}: exit {done.returncode}\n{done.stdout}")
        return done.returncode, done.stdout

    def sim(self, *words, check=True):
        return self.run(os.path.join(BIN, "picket-sim"), *words, check=check)

    def ctl(self, *words, check=True):
        return self.run(os.path.join(BIN, "picketctl"), *words, check=check)

    def ctl_json(self, *words):
        return json.loads(self.ctl(*words, "--json")[1])

    def device(self, name):
        """What the gateway counts for a device."""
        return next(d for d in self.ctl_json("devices")["devices"] if d["id"] == name)

    def publish(self, topic, payload, *options):
        self.run("mosquitto_pub", "-h", "127.0.0.1", "-p", self.broker.port, "-q", "1", "-t", topic, "-m", payload,
                 *options)

    # --- what the witness saw -------------------------------------------------------------------

    def events(self, type_=None, subject=None, condition=None):
        """Events as they arrived, repeats included."""
        found = []
        for row in self.subscriber.messages():
            if row["topic"] != self.base + "event":
                continue
            event = json.loads(row["payload"])
            if ((type_ is None or event["type"] == type_) and (subject is None or event.get("subject") == subject)
                    and (condition is None or event["data"].get("condition") == condition)):
                found.append(event)
        return found

    def wait_event(self, type_, subject=None, condition=None, after=0, deadline_s=SOME_S):
        """The first such event with seq > after."""
        def look():
            return [e for e in self.events(type_, subject, condition) if e["data"]["seq"] > after]
        return wait_for(look, lambda: f"{type_} of {subject} {condition or ''} after seq {after}; the last events: "
                        + self.last_events(), deadline_s)[0]

    def last_events(self, count=12):
        return "; ".join(f"{e['data']['seq']} {e['type']} {e.get('subject', '')} {e['data'].get('condition', '')}"
                         for e in self.events()[-count:])

    def check_stream(self):
        """Every seq from 1 to the highest came, a repeat is the same bytes; the number of repeats."""
        first, repeats = {}, 0
        for row in self.subscriber.messages():
            if row["topic"] == self.base + "event":
                seq = json.loads(row["payload"])["data"]["seq"]
                repeats += seq in first
                assert first.setdefault(seq, row["payload"]) == row["payload"], f"seq {seq} came with two contents"
        missing = sorted(set(range(1, max(first, default=0) + 1)) - set(first))
        assert first, "not one event came"
        assert not missing, f"seq missing: {missing}"
        return repeats

    def head(self):
        """The highest seq the witness saw."""
        return max((e["data"]["seq"] for e in self.events()), default=0)

    def retained(self, tree):
        """What the broker keeps now below a tree, asked by a second client: {topic below base: payload}."""
        _, out = self.run("mosquitto_sub", "-h", "127.0.0.1", "-p", self.broker.port, "-V", "mqttv5", "-t",
                          self.base + tree, "--retained-only", "-W", "1", "-F", "%j", check=False)
        rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return {row["topic"][len(self.base):]: json.loads(row["payload"]) for row in rows if row["payload"]}

    def journal(self):
        """Every event of the journal, by picketctl; works with a dead daemon too."""
        path = os.path.join(self.folder, "journal", self.gateway_id + ".db")
        return parse_events(self.ctl("events", "--json", "--since", "1", "--journal", path)[1])

    # --- the end --------------------------------------------------------------------------------

    def close(self):
        """Ends every child; the folder goes. Raises when one of ours ended badly."""
        try:
            for child in [self.daemon, *self.others, self.wires, self.subscriber, self.broker]:
                self.end(child)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        assert not self.failures, "; ".join(self.failures)

    def end(self, child):
        ours = child in (self.daemon, self.wires)
        try:
            code = child.stop()
        except AssertionError as error:
            self.failures.append(str(error))
            return
        if ours and code not in (None, 0):
            self.failures.append(f"{child.name} ended with {code}:\n{tail(child.text())}")
        if ours and re.search(r"ERROR: \w+Sanitizer|runtime error:|WARNING: ThreadSanitizer", child.text()):
            self.failures.append(f"{child.name}: a sanitizer spoke:\n{tail(child.text(), 200)}")

    def print_logs(self):
        for child in [self.broker, self.wires, self.daemon, *self.others, self.subscriber]:
            if child.text():
                print(f"--- {child.name} ---\n{tail(child.text())}", file=sys.stderr)
        print(f"--- last events ---\n{self.last_events()}", file=sys.stderr, flush=True)


def tail(text, lines=LOG_TAIL):
    return "\n".join(text.splitlines()[-lines:])


def parse_events(text):
    """JSON lines, or one document with a list of events in it."""
    text = text.strip()
    if not text:
        return []
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]
    return whole.get("events", [whole]) if isinstance(whole, dict) else whole


class RigCase(unittest.TestCase):
    """A test with rigs: their logs are shown when it fails, and they end in any case."""

    def run(self, result=None):
        self.rigs = []
        before = len(result.failures) + len(result.errors)
        try:
            super().run(result)
        finally:
            if len(result.failures) + len(result.errors) > before:
                for rig in self.rigs:
                    rig.print_logs()
            self.close_rigs(result)
        return result

    def close_rigs(self, result):
        for rig in self.rigs:
            try:
                rig.close()
            except AssertionError:
                result.addFailure(self, sys.exc_info())

    def rig(self, site, **options):
        rig = Rig(site, **options)
        self.rigs.append(rig)
        return rig


def main():
    """unittest.main for the test files: names of the tests as they run, exit 1 on failure."""
    for name in ("picketd", "picketctl", "picket-sim"):
        if not os.access(os.path.join(BIN, name), os.X_OK):
            sys.exit(f"{os.path.join(BIN, name)} is not there: build first, or set PICKET_BIN")
    unittest.main(verbosity=2)
