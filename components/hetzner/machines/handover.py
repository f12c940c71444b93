#!/usr/bin/python3
"""Lets the machines of a cluster into its tunnel, and hands them there what they need.

Two doors. At the private address a machine puts its WireGuard public key, which nobody needs to keep secret: each
expected address once and for good, answered with this machine's own key. At the tunnel's address, where WireGuard has
proved who asks, workers get a token that lasts for minutes, and the database machine its secrets.

Called with the path of a JSON file: privateAddress, tunnelAddress, enrolPort, handoverPort, state, peers (by private
address: name, role, tunnel).
"""
import ipaddress
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
LARGEST = 16384
TOKEN_TTL = "15m"
NAMESPACE = "godwit"

with open(sys.argv[1], encoding="utf-8") as file:
    config = json.load(file)
peers = config["peers"]
by_tunnel = {peer["tunnel"]: peer for peer in peers.values()}


def run(*command, data=None):
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        # What it printed may hold what must not be in a log.
        print(f"{command[0]} {command[1]} failed ({done.returncode})", flush=True)
        return None
    return done.stdout


def admit(address, key):
    return run("wg", "set", "wg0", "peer", key, "allowed-ips", f"{peers[address]['tunnel']}/32")


def enrolled(address):
    path = os.path.join(config["state"], str(ipaddress.ip_address(address)))
    return path, open(path, encoding="utf-8").read() if os.path.exists(path) else None


def enrol(address, key):
    """Status and text of the answer to a machine that tells its key."""
    if address not in peers:
        return 403, "This address is none of the cluster's.\n"
    if not KEY.fullmatch(key):
        return 400, "This is no WireGuard public key.\n"
    path, known = enrolled(address)
    if known is not None and known != key:
        print(f"refused another key of {peers[address]['name']}", flush=True)
        return 409, f"{address} has told another key before. Is the machine new? Then remove {path}, and restart.\n"
    if admit(address, key) is None:
        return 503, "Try again.\n"
    if known is None:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(key)
        print(f"enrolled {peers[address]['name']}", flush=True)
    return 200, run("wg", "show", "wg0", "public-key") or ""


def secrets():
    found = run("k3s", "kubectl", "--namespace", NAMESPACE, "get", "secret", "database", "--output", "json")
    return (404, "There are no secrets yet.\n") if found is None else (200, json.dumps(json.loads(found)["data"]))


def token(peer):
    made = run("k3s", "token", "create", "--ttl", TOKEN_TTL, "--description", peer["name"])
    return (503, "The control plane is not ready.\n") if made is None else (200, made.strip())


def publish(certificate):
    """Tells the applications whom they may take for the database."""
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "database-ca", "namespace": NAMESPACE}}
    data["data"] = {"ca.crt": certificate}
    done = run("k3s", "kubectl", "apply", "--filename", "-", data=json.dumps(data))
    return (503, "The control plane is not ready.\n") if done is None else (200, "")


class Door(BaseHTTPRequestHandler):
    timeout = 10

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        length = int(self.headers.get("Content-Length", "0"))
        return self.rfile.read(length).decode().strip() if 0 < length <= LARGEST else ""

    def log_message(self, *_):
        """What matters is printed where it happens."""


class Enrolment(Door):
    lock = threading.Lock()

    def do_PUT(self):
        with self.lock:
            self.answer(*enrol(self.client_address[0], self.body()))


class Handover(Door):
    def peer(self, role):
        peer = by_tunnel.get(self.client_address[0])
        return peer if peer and peer["role"] == role else None

    def do_GET(self):
        if self.path == "/token" and (peer := self.peer("worker")):
            return self.answer(*token(peer))
        if self.path == "/secrets" and self.peer("database"):
            return self.answer(*secrets())
        return self.answer(403, "This is not for you.\n")

    def do_PUT(self):
        if self.path == "/certificate" and self.peer("database"):
            return self.answer(*publish(self.body()))
        return self.answer(403, "This is not for you.\n")


os.makedirs(config["state"], mode=0o700, exist_ok=True)
for private in peers:
    if key := enrolled(private)[1]:
        admit(private, key)
handover = ThreadingHTTPServer((config["tunnelAddress"], config["handoverPort"]), Handover)
threading.Thread(target=handover.serve_forever, daemon=True).start()
ThreadingHTTPServer((config["privateAddress"], config["enrolPort"]), Enrolment).serve_forever()
