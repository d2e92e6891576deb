#!/bin/sh
# Becomes the first process of a system in a folder ($1): run in process, mount, cgroup, host name and IPC namespaces of its
# own by installer/proof/booted_system.py. What it mounts is gone with the namespace.
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
number=3
for name in null - zero - full random urandom; do
    [ "$name" = - ] || mknod -m 666 "$root/dev/$name" c 1 "$number"
    number=$((number + 1))
done
mknod -m 666 "$root/dev/tty" c 5 0
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mkdir -p "$root/mnt/builder"
cd "$root"
pivot_root . mnt/builder
umount --lazy /mnt/builder
hostname central
exec env -i container=exception-desk-proof PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system
