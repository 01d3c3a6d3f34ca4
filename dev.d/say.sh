# Speaking to the person: one line per step, on standard error.

say() { printf '\033[2m%-11s\033[0m %s\n' "$1" "$2" >&2; }

# Says what went wrong and what would mend it, then ends.
die() {
  printf '\033[31m%-11s\033[0m %s\n' "$1" "$2" >&2
  exit 1
}

# Runs a step and says how long it took.
stage() {
  local name=$1 began=$SECONDS
  shift
  say "$name" 'begins'
  "$@"
  say "$name" "done in $((SECONDS - began)) s"
}
