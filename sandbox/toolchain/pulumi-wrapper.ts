import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { shellQuote } from "./bundles.ts";
import { wrapperMark } from "./engine-on-path.ts";

/**
 * The `pulumi` of a sandbox: the engine, with the stack files of the sandbox in place of the checkout's, because the
 * engine writes into them. A shell script, since it runs before each command and Node would cost 0.1 s.
 *
 * @param checkout without symbolic links.
 */
export function pulumiWrapper(
  checkout: string,
  home: Home,
  engine: string,
  hasLanguageHost: boolean,
): string {
  const project = createHash("sha1").update(join(checkout, "Pulumi.yaml")).digest("hex");
  return `${wrapperMark}; bin/sandbox writes it.
engine=${shellQuote(engine)}
checkout=${shellQuote(checkout)}
stacks=${shellQuote(home.stacksFolder)}
state=${shellQuote(home.stateFolder)}
unset PULUMI_OPTION_CONFIG_FILE
${hasLanguageHost ? "" : "export PULUMI_IGNORE_AMBIENT_PLUGINS=true\n"}
stack=\${PULUMI_STACK-}
from=.
given=
before=
for word do
  case $before in
  --stack | -s) stack=$word ;;
  --cwd | -C) from=$word ;;
  --config-file) given=$word ;;
  esac
  case $word in
  --) break ;;
  --config-file=*) given=\${word#--config-file=} ;;
  # The engine takes no answer in advance for what asks nothing.
  --preview-only) unset PULUMI_SKIP_CONFIRMATIONS ;;
  --stack=*) stack=\${word#--stack=} ;;
  -s?*) stack=\${word#-s} ;;
  --cwd=*) from=\${word#--cwd=} ;;
  esac
  before=$word
done
case "\${1-} \${2-}" in
'stack init' | 'stack select' | 'stack rm' | 'stack remove' | 'stack new')
  case \${3-} in '' | -*) ;; *) stack=$3 ;; esac ;;
esac

# Another project than this checkout's is none of our business.
folder=$(CDPATH= cd -- "$from" 2>/dev/null && pwd -P) || exec "$engine" "$@"
while [ -n "$folder" ] && [ ! -f "$folder/Pulumi.yaml" ]; do folder=\${folder%/*}; done
[ "$folder" = "$checkout" ] || exec "$engine" "$@"

# A file that the user names stays as it is; what runs the program runs it from a copy with the sandbox's addresses.
if [ -n "$given" ]; then
  case "\${1-} $stack" in
  *' ') exec "$engine" "$@" ;;
  'up '* | 'update '* | 'preview '* | 'pre '* | 'refresh '* | 'destroy '*) ;;
  *) exec "$engine" "$@" ;;
  esac
  stack=\${stack##*/}
  case $given in /*) ;; *) given=$from/$given ;; esac
  ${shellQuote(process.execPath)} "$checkout/bin/sandbox" --prepare-given "$stack" "$given" || exit $?
  before=
  for word do
    shift
    case $before in --config-file) word="$stacks/given/Pulumi.$stack.yaml" ;; esac
    before=$word
    case $word in --config-file=*) word="--config-file=$stacks/given/Pulumi.$stack.yaml" ;; esac
    set -- "$@" "$word"
  done
  exec "$engine" "$@"
fi

named=$stack
if [ -z "$stack" ]; then
  for selected in "$PULUMI_HOME"/workspaces/*-${project}-workspace.json; do
    [ -f "$selected" ] && stack=$(sed -n 's/.*"stack": *"\\([^"]*\\)".*/\\1/p' "$selected")
  done
fi
stack=\${stack##*/}
[ -n "$stack" ] || exec "$engine" "$@"
[ -n "$named" ] || [ -f "$checkout/Pulumi.$stack.yaml" ] || exec "$engine" "$@"

exists=
for file in "$state"/.pulumi/stacks/*/"$stack".json "$state"/.pulumi/stacks/*/"$stack".json.gz; do [ -f "$file" ] && exists=1; done
# A stack whose file is not the checkout's, such as a pull request's.
if [ -n "$exists" ] && [ ! -f "$checkout/Pulumi.$stack.yaml" ]; then
  [ ! -f "$stacks/given/Pulumi.$stack.yaml" ] || export PULUMI_OPTION_CONFIG_FILE="$stacks/given/Pulumi.$stack.yaml"
  exec "$engine" "$@"
fi
if [ -z "$exists" ] || ! cmp -s "$checkout/Pulumi.$stack.yaml" "$stacks/base/Pulumi.$stack.yaml"; then
  ${shellQuote(process.execPath)} "$checkout/bin/sandbox" --prepare-stack "$stack" || exit $?
  case "\${1-} \${2-}" in
  'stack init' | 'stack new')
    if [ -z "$exists" ]; then
      echo "Created stack '$stack'"
      exec "$engine" stack select "$stack"
    fi ;;
  esac
fi
export PULUMI_OPTION_CONFIG_FILE="$stacks/Pulumi.$stack.yaml"

# These two delete the stack's file in the checkout, which is not theirs.
case "\${1-} \${2-}" in
destroy* | 'stack rm' | 'stack remove')
  "$engine" "$@"
  status=$?
  [ -f "$checkout/Pulumi.$stack.yaml" ] || cp "$stacks/base/Pulumi.$stack.yaml" "$checkout/Pulumi.$stack.yaml"
  exit $status ;;
esac
exec "$engine" "$@"
`;
}
