"""Waits for the service, signs in, and prints schemathesis' settings with the session."""

import json
import sys
import time
import urllib.request

url = sys.argv[1]
for _ in range(100):
    try:
        urllib.request.urlopen(url + "/health")
        break
    except OSError:
        time.sleep(0.1)
body = {"name": "Registrar", "password": "a long enough passphrase"}
request = urllib.request.Request(
    url + "/api/session", json.dumps(body).encode(), {"content-type": "application/json"}
)
answer = urllib.request.urlopen(request)
cookie = answer.headers["set-cookie"].split(";")[0]
print("[auth.openapi.session]")
print(f'api_key = "{cookie.split("=")[1]}"')
print("[headers]")
print(f'X-CSRF-Token = "{json.load(answer)["csrf"]}"')
