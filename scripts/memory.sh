#!/usr/bin/env bash
# Prints a folder in memory in which tests may keep what they throw away, or
# fails where the machine has none with room. A database for each test is work
# on hundreds of small files, and a disk takes five times as long over them.
#
#   scripts/memory.sh MEGABYTES   how much it must hold; as much again stays free
set -euo pipefail

room=$((${1:?how many megabytes?} * 1024))
base=/dev/shm
[ -d "$base" ] && [ -w "$base" ] || exit 1
free=$(df -Pk "$base" | awk 'NR == 2 { print $4 }')
left=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
[ "${free:-0}" -ge "$room" ] && [ "${left:-0}" -ge $((2 * room)) ] || exit 1

folder=$base/bondgenoot-$(id -u)
mkdir -p -m 700 "$folder"
[ -O "$folder" ] # nobody else made it
find "$folder" -mindepth 1 -maxdepth 1 -mmin +600 -exec rm -rf {} + # what a killed test left
# A test starts programs that it built there: some systems forbid that in memory.
printf '#!/bin/sh\n' >"$folder/may-start"
chmod 700 "$folder/may-start"
"$folder/may-start" 2>/dev/null || exit 1
printf '%s\n' "$folder"
