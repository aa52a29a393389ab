"""Waits for the service, signs in, enters some residents who do not exist, invites them, and prints
schemathesis' settings with the session."""

import json
import sys
import time
import urllib.request

url = sys.argv[1]
session = {}


def call(method, path, body=None, kind="application/json"):
    octets = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    headers = {"content-type": kind, **session}
    data = None if method == "GET" else octets
    request = urllib.request.Request(url + path, data, headers, method=method)
    return urllib.request.urlopen(request)


def value(kind):
    """Some value of an attribute's type."""
    if kind == "date":
        return "1990-05-31"
    if kind == "count":
        return 3
    if "enumeration" in kind:
        return int(next(iter(kind["enumeration"])))
    if "bytes" in kind:
        return "00" * kind["bytes"]
    if "photo" in kind:
        return "/9j/"  # the first octets of a JPEG
    return "Ada"[: kind["text"]]


for _ in range(100):
    try:
        urllib.request.urlopen(url + "/health")
        break
    except OSError:
        time.sleep(0.1)
answer = call("POST", "/api/session", {"name": "Registrar", "password": "a long enough passphrase"})
cookie = answer.headers["set-cookie"].split(";")[0]
csrf = json.load(answer)["csrf"]
session = {"cookie": cookie, "x-csrf-token": csrf}

for schema in json.load(call("GET", "/api/schemas")):
    values = {a["code"]: value(a["type"]) for a in schema["attributes"]}
    for reference in ["A-1", "A-2", "A-3"]:
        new = {"schema": schema["id"], "reference": reference, "values": values}
        resident = json.load(call("POST", "/api/residents", new))
        invitation = {"devices": 1, "minutes": 60, "approval": reference == "A-3"}
        call("POST", f"/api/residents/{resident['id']}/invitations", invitation)
    rows = ",".join(values) + "\n" + ",".join(map(str, values.values())) + "\n"
    path = f"/api/imports?schema={schema['id']}&name=people.csv"
    call("POST", path, rows.encode(), "text/csv")

print("[auth.openapi.session]")
print(f'api_key = "{cookie.split("=")[1]}"')
print("[headers]")
print(f'X-CSRF-Token = "{csrf}"')
