#!/bin/sh
# An agent in shell, with curl and python3 for JSON: CONTENTHUB_URL, CONTENTHUB_KEY (of an operator), CAPABILITIES='"a","b"'.
# Give it a program: it gets the params on stdin and prints the result as JSON.   ./agent.sh ./count-words
set -eu

post() { # path body token: prints the answer; fails when the lease is lost (409) or the answer is another error
  printf %s "$2" | curl -sS -f --retry 5 --retry-connrefused --retry-delay 1 --max-time 40 -X POST "$CONTENTHUB_URL$1" \
    -H "Authorization: Bearer $3" -H 'Content-Type: application/json' --data-binary @-
}
field() { python3 -c 'import json,sys
value = json.load(sys.stdin)
for step in sys.argv[1:]: value = value[int(step) if step.isdigit() else step]
print(value if isinstance(value, str) else json.dumps(value))' "$@"; }

agent=$(post /agents "{\"name\": \"shell-$$\", \"capabilities\": [${CAPABILITIES:-}], \"maxConcurrency\": 1}" "$CONTENTHUB_KEY")
me=/agents/$(echo "$agent" | field id)
token=$(echo "$agent" | field token)
pause=$(($(echo "$agent" | field heartbeatMs) / 1000))

running=$(mktemp)
trap 'kill $beat 2>/dev/null; rm -f "$running"' EXIT
trap 'exit 0' TERM INT
while sleep "$pause"; do post "$me/heartbeat" "{\"running\": [$(cat "$running")]}" "$token" >/dev/null || true; done &
beat=$!

while :; do
  leases=$(post "$me/lease" '{"max": 1}' "$token") || { sleep 1; continue; }
  [ "$leases" = '[]' ] && continue
  id=$(echo "$leases" | field 0 taskId)
  epoch=$(echo "$leases" | field 0 epoch)
  echo "{\"taskId\": \"$id\", \"epoch\": $epoch}" >"$running"
  if post "$me/tasks/$id/start" "{\"epoch\": $epoch}" "$token" >/dev/null; then
    if result=$(echo "$leases" | field 0 params | "$@"); then
      post "$me/tasks/$id/complete" "{\"epoch\": $epoch, \"result\": $result}" "$token" >/dev/null ||
        post "$me/tasks/$id/fail" "{\"epoch\": $epoch, \"class\": \"invalid_output\", \"message\": \"the server refused the result\"}" "$token" >/dev/null || true
    else
      post "$me/tasks/$id/fail" "{\"epoch\": $epoch, \"message\": \"exit code $?\"}" "$token" >/dev/null || true
    fi
  fi
  : >"$running"
done
