# Completion of exception-desk for bash.
_exception_desk()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in say | hear | doctor | models | diagnostics) verb=$word; break ;; esac
    done
    case $previous in
        --language) COMPREPLY=($(compgen -W 'en zh' -- "$current")); return ;;
        --data) COMPREPLY=($(compgen -d -- "$current")); return ;;
        --out | --from) COMPREPLY=($(compgen -f -- "$current")); return ;;
        --server | --badge | --wait | --sha256) return ;;
    esac
    case $verb in
        say) COMPREPLY=($(compgen -W '--badge --wait --json --server --data --language --help' -- "$current")) ;;
        hear) COMPREPLY=($(compgen -W '--badge --wait --json --server --data --language --help' -- "$current")
                         $(compgen -f -- "$current")) ;;
        doctor) COMPREPLY=($(compgen -W '--json --server --data --language --help' -- "$current")) ;;
        models) COMPREPLY=($(compgen -W 'list install remove en zh --from --sha256 --machine --json --help' -- "$current")) ;;
        diagnostics) COMPREPLY=($(compgen -W '--out --server --data --language --help' -- "$current")) ;;
        *) COMPREPLY=($(compgen -W 'say hear doctor models diagnostics --selftest --version --server --data --language
                                    --help' -- "$current")) ;;
    esac
}
complete -F _exception_desk exception-desk
