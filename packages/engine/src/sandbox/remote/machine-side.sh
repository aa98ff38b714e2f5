# What runs on the machine of a box, beside its commands: bash machine-side.sh <nonce> <base> <verb> …
# Answers come as base64 between marks, so that nothing a login shell prints is taken for one. <base> holds the files of the box (work, home), which its
# user owns, and what is kept about them, which nobody in a box can reach. Started by root, files and commands are the user's all the same.
set -u
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
umask 022
self=$0 nonce=$1 base=$2 verb=$3
shift 3
uid=
[ -r "$base/uid" ] && read -r uid < "$base/uid"

answer() { printf '\n<%s:' "$nonce"; base64 -w 0; printf ':%s>\n' "$nonce"; }
fail() { printf '\n<%s!' "$nonce"; head -c 2000 | base64 -w 0; printf '!%s>\n' "$nonce"; exit 0; }

as_user() {
  if [ -z "$uid" ]; then "$@"; else setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs "$@"; fi
}
# In the place of this process, so that ending it ends what runs.
become() {
  if [ -z "$uid" ]; then exec "$@"; else exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs "$@"; fi
}
give() { [ -z "$uid" ] || chown "$uid:$uid" "$@"; }
# Without a process of its own.
pause() { read -rt "$1" <> "$base/idle" || true; }

# What was sent along: in the call itself, or in pieces before it.
take() {
  case $1 in
    =*) printf %s "${1#=}" | base64 -d > "$2" ;;
    *) joined "$1" > "$2" && rm -f "${1%%:*}".* ;;
  esac || { echo 'What was sent did not arrive whole.' | fail; }
}
joined() {
  local pieces count
  IFS=: read -r pieces count _ <<< "$1"
  for ((it = 0; it < count; it++)); do cat "$pieces.$it"; done 2> /dev/null | base64 -d
}
arrived() { if [ "$(joined "$1" 2> /dev/null | sha256sum)" = "${1##*:}  -" ]; then printf yes; else printf no; fi | answer; }

# --- The machine ---

# uid: what the user of the box is to be; nothing where this is not root.
hello() {
  # An image may have been made of a machine that had a box.
  rm -rf "$base"
  mkdir -p "$base" && cd "$base" || { echo "$base cannot be made." | fail; }
  chmod 711 .
  printf '%s\n' "$1" > uid
  uid=$1
  mkdir -p work home commands etc
  chmod 700 work home
  give work home
  [ -p idle ] || mkfifo -m 600 idle
  : > listing
  facts | answer
}

facts() {
  printf 'system %s\nprocessor %s\nid %s\npath %s\n' "$(uname -s)" "$(uname -m)" "$(id -u)" "$PATH"
  for it in bwrap prlimit setpriv setsid tar gzip find xargs sort comm base64 sha256sum du dd head tail mkfifo stat; do
    [ -x "$(command -v "$it")" ] || printf 'lacks %s\n' "$it"
  done
  comm -z /dev/null /dev/null 2> /dev/null || printf 'lacks %s\n' 'comm of GNU'
  find / -maxdepth 0 -printf '' 2> /dev/null || printf 'lacks %s\n' 'find of GNU'
  tar --version 2> /dev/null | grep -q GNU || printf 'lacks %s\n' 'tar of GNU'
  printf 'bubblewrap %s\n' "$(bwrap --version 2> /dev/null)"
  for it in /* /etc/* /home/*; do
    if [ -L "$it" ]; then printf 'link %s %s\n' "$it" "$(readlink "$it")"; elif [ -e "$it" ]; then printf 'entry %s\n' "$it"; fi
  done
}

# Whatever an installation does with a machine before it is a box.
set_up() {
  take "$1" "$base/set-up.sh"
  bash "$base/set-up.sh" > "$base/set-up.log" 2>&1 < /dev/null || { tail -c 1500 "$base/set-up.log" | fail; }
  printf done | answer
}

outfit() {
  take "$1" "$base/outfit.tgz"
  tar -xz --no-same-owner -C "$base" -f "$base/outfit.tgz" || { echo 'tar could not unpack.' | fail; }
  rm -f "$base/outfit.tgz"
  chmod -R go+rX "$base/etc"
  printf done | answer
}

# --- Files ---

list_files() {
  (cd "$base" && as_user find work home -xdev '(' -type f -o -type d -o -type l ')' -printf '%y %s %m %C@ %p\0' 2> /dev/null | sort -z)
}

# Files of the host: paths that are gone, paths that were touched, and an archive of these.
apply() {
  take "$1" "$base/push"
  cd "$base" || exit 1
  { read -r gone touched; head -c "$gone" > push.gone; head -c "$touched" > push.touched; cat > push.tgz; } < push
  xargs -0 -r rm -rf -- < push.gone > push.log 2>&1 || true
  [ -z "$uid" ] || chown "$uid:$uid" push.tgz
  as_user tar -xzp --no-same-owner -f - < push.tgz > push.log 2>&1 || { tail -c 500 push.log | fail; }
  # What was there before stays in the list, so that what a command changes meanwhile is still seen as changed.
  as_user xargs -0 -r sh -c 'exec find "$@" -maxdepth 0 -printf "%y %s %m %C@ %p\0"' sh < push.touched > push.listing
  sort -zu listing push.listing > listing.push && mv listing.push listing
  rm -f push push.*
  printf done | answer
}

# kilobytes, and what counts beside the files.
is_over() { [ "$(du -skxc "$base/work" "$base/home" "${@:2}" 2> /dev/null | tail -n 1 | cut -f 1)" -gt "$1" ]; }

# What changed since it was last agreed on: how many bytes name what is gone, those, and an archive of the rest. `full` where that is more than the host holds.
changes() {
  cd "$base" || exit 1
  if is_over "$1"; then printf 'full\n' | answer; return; fi
  list_files > listing.new
  comm -z -13 listing listing.new > changed
  comm -z -23 listing listing.new | while IFS= read -r -d '' it; do
    it=${it#* * * * }
    [ -e "$it" ] || [ -L "$it" ] || printf '%s\0' "$it"
  done > gone
  if [ ! -s changed ] && [ ! -s gone ]; then printf 'same\n' | answer; return; fi
  # By name: a folder comes before what is in it.
  while IFS= read -r -d '' it; do printf '%s\0' "${it#* * * * }"; done < changed | sort -z > names
  {
    stat -c %s gone
    cat gone
    as_user tar -c --format=posix --hard-dereference --no-recursion --ignore-failed-read --null --verbatim-files-from -T - < names 2> /dev/null | gzip -1
  } > outgoing
  first "$base/outgoing"
}

agree() { mv "$base/listing.new" "$base/listing"; printf done | answer; }

# The size of a file that is to be fetched, and its beginning.
first() { { stat -c %s "$1"; head -c 786432 "$1"; } | answer; }
fetch() { tail -c "+$(($2 + 1))" "$base/$1" | head -c 786432 | answer; }

# --- Commands ---

start() {
  local dir=$base/commands/$1
  mkdir -p "$dir" && chmod 711 "$dir"
  take "$2" "$dir/sent"
  local arguments input
  { read -r arguments input; head -c "$arguments" > "$dir/arguments"; cat > "$dir/input"; } < "$dir/sent"
  rm -f "$dir/sent"
  [ "$input" = yes ] || rm -f "$dir/input"
  [ "$input" = no ] || { chmod 600 "$dir/input" && give "$dir/input"; }
  mkdir -m 700 "$dir/report" && give "$dir/report"
  mkfifo -m 600 "$dir/out" && give "$dir/out"
  printf 0 > "$dir/taken"
  : > "$dir/beat"
  setsid bash "$self" - "$base" supervise "$dir" "$3" < /dev/null > /dev/null 2>&1 &
  printf done | answer
}

supervise() {
  local dir=$1 input=/dev/null child code watcher pump
  cd / || exit 1
  # What this process has inherited, and would pass on; the last is its own script.
  for it in /proc/self/fd/*; do
    it=${it##*/}
    if ((it > 2 && it != 255)); then exec {it}>&-; fi
  done
  [ -e "$dir/input" ] && input=$dir/input
  mapfile -d '' -t arguments < "$dir/arguments"
  pump "$dir" < "$dir/out" &
  pump=$!
  if [ -e "$base/seccomp" ]; then
    become "${arguments[@]}" < "$input" > "$dir/out" 2>&1 3> "$dir/status" 4< "$base/seccomp" &
  else
    become "${arguments[@]}" < "$input" > "$dir/out" 2>&1 3> "$dir/status" &
  fi
  child=$!
  printf '%s\n' "$child" > "$dir/child"
  watch "$dir" "$child" "$2" &
  watcher=$!
  wait "$child"
  code=$?
  rm -f "$dir/child"
  kill "$watcher" 2> /dev/null
  wait "$pump"
  ! is_over "$2" "$dir/report" || : > "$dir/full"
  { printf '%s ' "$code"; for it in lost full; do [ -e "$dir/$it" ] && printf '%s ' "$it"; done; echo; cat "$dir/status"; } > "$dir/ending.draft"
  mv "$dir/ending.draft" "$dir/ending"
}

# Ends a command when it is told to, when nobody asks for its output any more, and when the box holds too much.
watch() {
  local dir=$1 now
  while :; do
    printf -v now '%(%s)T' -1
    ((now - $(stat -c %Y "$dir/beat") <= 20)) || : > "$dir/lost"
    ! is_over "$3" "$dir/report" || : > "$dir/full"
    if [ -e "$dir/kill" ] || [ -e "$dir/lost" ] || [ -e "$dir/full" ]; then kill -KILL "$2"; fi
    pause 1
  done
}

# Output goes into parts of 4 MB. One that is four ahead of who reads it waits, and with it the command.
pump() {
  local dir=$1 part=0 size=0 before taken
  : > "$dir/part.0"
  while :; do
    before=$size
    dd bs=65536 count=1 status=none >> "$dir/part.$part" 2> /dev/null
    size=$(stat -c %s "$dir/part.$part")
    ((size > before)) || return
    ((size >= 4194304)) || continue
    part=$((part + 1)) size=0
    : > "$dir/part.$part"
    while read -r taken < "$dir/taken" || true; ((part - taken >= 4)) && [ ! -e "$dir/lost" ]; do pause 0.05; done
  done
}

# Output from a place on, as soon as there is some, or after two seconds: `<ended> <part> <offset>`, the ending on a line, and the bytes.
poll() {
  local dir=$base/commands/$1 part=$2 offset=$3 ended=no tries size ending=
  [ -d "$dir" ] || { echo 'There is no such command.' | fail; }
  : > "$dir/beat"
  printf %s "$part" > "$dir/taken"
  for ((tries = 0; tries < 17; tries++)); do
    [ -e "$dir/ending" ] && ended=yes
    size=$(stat -c %s "$dir/part.$part" 2> /dev/null || echo 0)
    ((size <= offset)) || break
    if [ -e "$dir/part.$((part + 1))" ]; then
      rm -f "$dir/part.$part"
      part=$((part + 1)) offset=0
      printf %s "$part" > "$dir/taken"
      continue
    fi
    [ "$ended" = no ] || break
    if ((tries < 4)); then pause 0.05; else pause 0.15; fi
  done
  ((size <= offset)) || ended=no
  [ "$ended" = no ] || ending=$(base64 -w 0 < "$dir/ending")
  { printf '%s %s %s %s\n' "$ended" "$part" "$offset" "$ending"; tail -c "+$((offset + 1))" "$dir/part.$part" 2> /dev/null | head -c 786432; } | answer
}

end() {
  local dir=$base/commands/$1 child
  : > "$dir/kill"
  if read -r child 2> /dev/null < "$dir/child"; then kill -KILL "$child" 2> /dev/null; fi
  printf done | answer
}

report() {
  local dir=$base/commands/$1 it=$base/commands/$1/report/report
  if [ -f "$it" ] && [ ! -L "$it" ] && [ "$(stat -c %s "$it")" -le 20971520 ]; then
    as_user cat "$it" > "$dir/outgoing"
    first "$dir/outgoing"
  else
    printf 'none\n' | answer
  fi
}

forget() { rm -rf "$base/commands/$1"; printf done | answer; }

case $verb in
  arrived | hello | set_up | outfit | apply | changes | agree | fetch | start | supervise | poll | end | report | forget) "$verb" "$@" ;;
esac
