# A machine of its own for tests: other processes, another network, and a root folder where only /usr is this machine's. Ends with its folder.
set -e
root=$1/root
mkdir -p "$root" && cd "$root"
mkdir -p usr tmp root home proc dev var/tmp var/lib run opt/bin etc sys
chmod 1777 tmp var/tmp
for it in bin sbin lib lib64; do [ ! -L "/$it" ] || ln -sfn "usr/$it" "$it"; done
for it in ld.so.cache ssl alternatives; do [ ! -e "/etc/$it" ] || cp -a "/etc/$it" "etc/$it"; done
echo 'root:x:0:0::/root:/bin/bash' > etc/passwd
echo 'root:x:0:' > etc/group
mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /usr "$root/usr"
mount -o remount,ro,bind "$root/usr"
mkdir -p "$root/opt/node"
mount --bind "$2" "$root/opt/node"
for it in "${@:3}"; do mount --bind /dev/null "$root/usr/bin/$it"; done
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
cd "$root/dev"
for it in null zero full random urandom tty; do touch "$it" && mount --bind "/dev/$it" "$it"; done
ln -s /proc/self/fd fd
ln -s fd/0 stdin
ln -s fd/1 stdout
ln -s fd/2 stderr
mkdir shm && mount -t tmpfs -o mode=1777 shm shm
cd "$root"
mkdir -p old
pivot_root . old
cd /
umount -l /old
rmdir /old
echo up > /run/up
exec /usr/bin/env -i PATH=/usr/bin /bin/sh -c 'while [ -e /run/up ]; do sleep 1; done'
