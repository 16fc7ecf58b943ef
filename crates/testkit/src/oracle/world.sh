# world SCRATCH SCRIPT: runs SCRIPT in bash as user 1000 with SCRATCH as /tmp/case. Expects namespaces of its own.
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/case
mount --bind "$1" /mnt/case
printf '%s\n' root:x:0:0:root:/root:/bin/bash user:x:1000:1000::/home/user:/bin/bash >/mnt/passwd
printf '%s\n' root:x:0: user:x:1000: >/mnt/group
mount --bind /mnt/passwd /etc/passwd
mount --bind /mnt/group /etc/group
# Tools that the system has in another version than the one followed: each stands in for the system's own.
for tool in "${ORACLE_TOOLS:-/nowhere}"/*; do
    [ ! -f "$tool" ] || mount --bind "$tool" "/usr/bin/${tool##*/}"
done
hostname mirage
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/case
mount --bind /mnt/case /tmp/case
mount -t tmpfs -o mode=755 tmpfs /home
mkdir /home/user
chown -h -R 1000:1000 /tmp/case /home/user
# The streams are the user's own, so that /dev/stdout and its like can be opened.
chown 1000:1000 /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2
cd /tmp/case
exec setpriv --reuid=1000 --regid=1000 --clear-groups env -i LANG=C.UTF-8 TZ=UTC HOME=/home/user USER=user \
    HOSTNAME=mirage PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb SHELL=/bin/bash bash -c "$2"
