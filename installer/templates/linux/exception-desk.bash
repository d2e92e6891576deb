# Completion of exception-desk for bash.
_exception_desk()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= word words
    local common='--server --data --language --help'
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in say | hear | doctor | models | phrases | diagnostics) verb=$word; break ;; esac
    done
    case $previous in
        --language) COMPREPLY=($(compgen -W 'en zh' -- "$current")); return ;;
        --data | --folder) COMPREPLY=($(compgen -d -- "$current")); return ;;
        --out | --from) COMPREPLY=($(compgen -f -- "$current")); return ;;
        --server | --badge | --wait | --sha256) return ;;
    esac
    case $verb in
        say | hear) words="--badge --wait --json $common" ;;
        doctor) words="--json $common" ;;
        models) words="list install remove en zh --from --sha256 --machine --json $common" ;;
        phrases) words="check kept forget --folder --json $common" ;;
        diagnostics) words="--out $common" ;;
        *) words="say hear doctor models phrases diagnostics --floor --selftest --version $common" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [ "$verb" != hear ] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -F _exception_desk exception-desk
