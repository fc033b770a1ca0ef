# Shared by the two bootstraps; expects $here, the installer folder.  Sets $root and $venv.
# Kept to comparisons of files, so that a call with everything in place costs a few milliseconds.

root=$(dirname -- "$here")
venv=${MELISMA_VENV:-$root/.venv}

# ensure_environment EXTRA...: make or complete the environment, with these extras of pyproject.toml.
ensure_environment() {
    for part in runtime "$@"; do
        if ! is_stamped "$part"; then
            python=$(find_python) || exit 1
            "$python" "$here/bootstrap.py" "$root" "$venv" "$@" || exit $?
            return
        fi
    done
}

# A part is in place when it was installed from these very files, for this very folder.
is_stamped() {
    stamp=$venv/.melisma/$1
    [ -x "$venv/bin/python" ] &&
        cmp -s "$root/pyproject.toml" "$stamp/pyproject.toml" &&
        cmp -s "$root/constraints.txt" "$stamp/constraints.txt" &&
        read -r made_for <"$stamp/root" && [ "$made_for" = "$root" ]
} 2>/dev/null

find_python() {
    for name in ${MELISMA_PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    echo "Melisma needs Python 3.11 or newer; install it (Debian, Ubuntu: sudo apt install python3 python3-venv)," \
        "or name one in MELISMA_PYTHON." >&2
    return 1
}
