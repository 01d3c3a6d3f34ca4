# What the operating system has to provide, and how to get it on Debian.

have() { command -v "$1" >/dev/null; }

installed() { [[ $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) == 'install ok installed' ]]; }

# Prints those of the given packages that are not installed.
missing() {
  local package
  for package in "$@"; do installed "$package" || printf '%s ' "$package"; done
}

# install WHAT PACKAGE… : makes sure that the packages are there.
install() {
  local what=$1 wanted
  shift
  have apt-get || die "$what" "not found, and this is no Debian: install what Debian calls $*"
  wanted=$(missing "$@")
  [[ -n $wanted ]] || return 0

  local -a as_root=() packages
  read -ra packages <<<"$wanted"
  if ((EUID)); then
    have sudo && sudo -n true 2>/dev/null ||
      die "$what" "missing; run: sudo apt-get install --no-install-recommends ${packages[*]}"
    as_root=(sudo -n)
  fi
  say "$what" "installing ${packages[*]}"
  "${as_root[@]}" apt-get update -q >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${packages[@]}" >&2
}
