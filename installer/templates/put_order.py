"""Sends one order to a central as an ERP does: address, certificate of the company's root, token and document follow."""

import json
import ssl
import sys
import urllib.error
import urllib.request

address, root, token, document = sys.argv[1:]
request = urllib.request.Request(address, data=document.encode(), method="PUT")
request.add_header("Authorization", f"Bearer {token}")
request.add_header("Content-Type", "application/json")
try:
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=root), timeout=30) as answer:
        print(json.load(answer)["id"])
except urllib.error.HTTPError as refused:
    sys.exit(f"{refused}: {refused.read().decode(errors='replace')}")
