#!/usr/bin/env python3
"""An agent in Python, standard library only: CONTENTHUB_URL, CONTENTHUB_KEY (of an operator), CAPABILITIES="a b"."""
import json, os, socket, threading, time, urllib.error, urllib.request

URL, KEY = os.environ["CONTENTHUB_URL"].rstrip("/"), os.environ["CONTENTHUB_KEY"]


def work(name, params, log):
    """Your work: returns the result, or raises. ValueError: the params are wrong, so a retry is of no use."""
    log(f"running {name}")
    if "text" not in params:
        raise ValueError("there is no text")
    return {"words": len(params["text"].split())}


class Refused(Exception):
    """The server will never take what was sent: 400, 413, 422 and the like."""


def call(path, body, token, patience=60.0):
    """The answer, or None when the lease is lost. Asks again while the server is away: every request may be repeated."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    until = time.monotonic() + patience
    while True:
        request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            if error.code == 409:
                return None
            if error.code < 500 and error.code != 429:
                raise Refused(f"{error.code} {error.read().decode()}")
        except OSError:
            pass
        if time.monotonic() > until:
            return None
        time.sleep(1)


agent = call("/agents", {"name": f"python-{socket.gethostname()}", "capabilities": os.environ.get("CAPABILITIES", "").split(), "maxConcurrency": 1}, KEY, patience=float("inf"))
me, token, running = f"/agents/{agent['id']}", agent["token"], {}


def beat():
    while True:
        try:
            call(f"{me}/heartbeat", {"running": list(running.values())}, token, patience=0)
        except Refused as error:  # the name registered elsewhere
            print(error, flush=True)
            os._exit(1)
        time.sleep(agent["heartbeatMs"] / 1000)


threading.Thread(target=beat, daemon=True).start()
while True:
    for task in call(f"{me}/lease", {"max": 1}, token) or []:
        this, epoch = f"{me}/tasks/{task['taskId']}", {"epoch": task["epoch"]}
        running[task["taskId"]] = {"taskId": task["taskId"], **epoch}
        if call(f"{this}/start", epoch, token) is not None:
            log = lambda message: call(f"{this}/logs", {**epoch, "lines": [{"message": message}]}, token)
            try:
                call(f"{this}/complete", {**epoch, "result": work(task["name"], task["params"], log)}, token)
            except Exception as error:
                kind = {Refused: "invalid_output", TypeError: "invalid_output", ValueError: "invalid_input"}.get(type(error), "internal")
                call(f"{this}/fail", {**epoch, "class": kind, "message": str(error) or kind}, token)
        del running[task["taskId"]]
