#!/bin/sh
# Records what Linux md does. It ERASES /dev/sda to /dev/sdh: run it only in a throwaway virtual
# machine whose eight spare disks have 16 MiB each.   Usage: sh record.sh DIRECTORY [PART...]
OUT=$1; shift
PARTS=${*:-layouts bytes io noise survivors spare}
ALL="a b c d e f g h"
mkdir -p "$OUT"

say() { echo "\$ $1"; eval "$1" 2>&1; }       # show a command, then run it
note() { echo "# $1"; }
quiet() { "$@" > /dev/null 2>&1; }
header() { echo "# $(mdadm --version 2>&1); Linux $(uname -r), $(uname -v | sed 's/.*Debian/Debian/')"; }
disks() { for letter in $(echo $ALL | cut -d' ' -f1-"$1"); do printf ' /dev/sd%s' "$letter"; done; }

blank() {                                      # stop the array and forget everything
  quiet mdadm --stop /dev/md0; [ -b /dev/md0 ] || rm -f /dev/md0
  for letter in $ALL; do dd if=/dev/zero of=/dev/sd$letter bs=1M oflag=direct status=none 2>/dev/null; done
}

mark() {                                       # chunk i: only bit i of its first 4 bytes is set
  i=0
  while [ $i -lt "$1" ]; do
    bit=$(printf '\\%03o' $((1 << i % 8)))
    case $((i / 8)) in 1) bit="\\000$bit" ;; 2) bit="\\000\\000$bit" ;; 3) bit="\\000\\000\\000$bit" ;; esac
    printf "$bit" | dd of=/dev/md0 bs=4096 seek=$i conv=sync oflag=direct status=none
    i=$((i + 1))
  done
}

offset() { mdadm --examine /dev/sda | sed -n 's/.*Data Offset : \([0-9]*\).*/\1/p'; }  # in sectors

table() {                                      # N FIRST COUNT: the first 4 bytes of each raw chunk
  for letter in $(echo $ALL | cut -d' ' -f1-"$1"); do
    dd if=/dev/sd$letter bs=4096 skip=$(($(offset) / 8 + $2)) count="$3" iflag=direct status=none |
      od -An -v -tx1 -w4096 | cut -c1-12 | tr -d ' ' > /tmp/column$letter
  done
  i=$2
  paste -d' ' $(for letter in $(echo $ALL | cut -d' ' -f1-"$1"); do echo /tmp/column$letter; done) |
    while read -r line; do echo "row $i: $line"; i=$((i + 1)); done
}

layout() {                                     # LEVEL LAYOUT N ROWS CHUNKS
  how="--level=$1"; [ "$2" = none ] || how="$how --layout=$2"
  [ "$1" = 0 ] || how="$how --assume-clean --bitmap=none"
  blank
  {
    header
    note "mark: in chunk i, only bit i of the first 4 bytes is set. table: those bytes, raw, of each disk."
    say "mdadm --create /dev/md0 $how --chunk=4 --raid-devices=$3$(disks "$3")"
    say "mdadm --examine /dev/sda | grep Offset"
    say "cat /sys/block/md0/md/component_size"
    half=$(($(cat /sys/block/md0/md/component_size) / 8))
    say "mark $5"
    say "mdadm --stop /dev/md0"
    say "table $3 0 $4"
    [ "$2" != f2 ] || say "table $3 $half $4"
  } > "$OUT/layout-$1-$2-$3.txt"
}

hex() { od -An -v -tx1 -w32 -N256 | tr -d ' '; }

stripe() {                                     # N: one stripe of RAID 6, random data
  blank
  {
    header
    note "One stripe of RAID 6 filled with random data: the first 256 bytes of each chunk as md"
    note "gives it, then of each raw disk behind its data offset."
    say "mdadm --create /dev/md0 --level=6 --assume-clean --bitmap=none --chunk=4 --raid-devices=$1$(disks "$1")"
    skip=$(($(offset) / 8))
    say "dd if=/dev/urandom of=/dev/md0 bs=$((4 * ($1 - 2)))k count=1 oflag=direct status=none"
    say "mdadm --stop /dev/md0"
    say "mdadm --assemble /dev/md0$(disks "$1")"
    i=0
    while [ $i -lt $(($1 - 2)) ]; do
      say "dd if=/dev/md0 bs=4k skip=$i count=1 iflag=direct status=none | hex"; i=$((i + 1))
    done
    for disk in $(disks "$1"); do
      say "dd if=$disk bs=4k skip=$skip count=1 iflag=direct status=none | hex"
    done
  } > "$OUT/bytes-6-left-symmetric-$1.txt"
}

stats() { for letter in $ALL; do read -r r _ rs _ w _ ws _ < /sys/block/sd$letter/stat; echo "$r $rs $w $ws"; done; }

count() {                                      # N COMMAND: what each disk did meanwhile
  n=$1; shift
  stats > /tmp/before; "$@"; stats > /tmp/after
  reads="" writes="" read="" written=""
  paste -d' ' /tmp/before /tmp/after | head -n "$n" > /tmp/both
  while read -r r rs w ws r2 rs2 w2 ws2; do
    reads="$reads $((r2 - r))" read="$read $((rs2 - rs))"
    writes="$writes $((w2 - w))" written="$written $((ws2 - ws))"
  done < /tmp/both
  echo "reads$reads, sectors$read; writes$writes, sectors$written"
}

write() { say "count $N dd if=/dev/urandom of=/dev/md0 bs=4k seek=$1 count=1 oflag=direct status=none"; }
read_() { say "count $N dd if=/dev/md0 of=/dev/null bs=4k skip=$1 count=1 iflag=direct status=none"; }
several() { say "count $N dd if=/dev/urandom of=/dev/md0 bs=$((4 * $2))k seek=$1 count=1 oflag=direct,seek_bytes status=none"; }

fresh() {                                      # LEVEL N CHUNK-KIB [WORDS]: a quiet array
  N=$2; blank
  say "mdadm --create /dev/md0 --level=$1 ${4:---bitmap=none} --assume-clean --chunk=$3 --raid-devices=$2$(disks "$2")"
}
still() {                                      # no superblock write may fall into a measure
  say "echo 0 > /sys/block/md0/md/safe_mode_delay"
  say "dd if=/dev/zero of=/dev/md0 bs=4k seek=2000 count=1 oflag=direct status=none"
  sleep 1
}

accesses() {                                   # LEVEL N DATA-DISKS FAILED...: each in a stripe of its own
  level=$1 n=$2 d=$3; shift 3
  fresh "$level" "$n" 4
  still
  s=8
  write $((s * d)); s=$((s + 1))
  units=2
  while [ $units -le $d ]; do several $((s * d * 4096)) $units; s=$((s + 1)); units=$((units + 1)); done
  read_ $((s * d))
  for letter in "$@"; do
    say "mdadm --fail /dev/md0 /dev/sd$letter"; sleep 1
    s=$(((s / n + 1) * n)); last=$((s + n))
    while [ $s -lt $last ]; do write $((s * d)); s=$((s + 1)); done
    last=$((s + n))
    while [ $s -lt $last ]; do read_ $((s * d)); s=$((s + 1)); done
  done
}

noise() {
  {
    header
    note "1. The first time that a new array is opened, Linux looks for a partition table."
    fresh 5 3 4
    sleep 1
    say "count 3 dd if=/dev/md0 of=/dev/null count=0 status=none"
    note "2. The first write after a pause: the superblock is marked dirty first (safe mode)."
    write 40; sleep 1
    note "3. With a bitmap, its bit is written before the data."
    N=3; blank
    say "mdadm --create /dev/md0 --level=5 --force --bitmap=internal --bitmap-chunk=64 --chunk=4 --raid-devices=3$(disks 3)"
    say "mdadm --wait /dev/md0"
    still
    sleep 20                                   # bits of the first sync are cleared by and by
    write 40; write 42
    note "4. A chunk of 64 KiB: md still reads and writes 4 KiB of it."
    fresh 5 4 64
    still
    write 480; write 960
    note "5. An ordinary read, without O_DIRECT, reads ahead."
    say "echo 1 > /proc/sys/vm/drop_caches"
    say "cat /sys/block/md0/queue/read_ahead_kb"
    say "count 4 dd if=/dev/md0 of=/dev/null bs=4k skip=1440 count=2 status=none"
    note "6. A stripe that md still has in its cache needs no reads."
    write 480
  } > "$OUT/io-noise.txt"
}

subsets() {                                    # LEVEL LAYOUT N MOST: every way to lose up to MOST disks
  blank
  note "RAID $1 $2, $3 disks"
  how="--level=$1"; [ "$1" != 10 ] || how="$how --layout=$2"
  say "mdadm --create /dev/md0 $how --assume-clean --bitmap=none --size=1024 --run --chunk=4 --raid-devices=$3$(disks "$3")"
  say "dd if=/dev/urandom of=/dev/md0 bs=4k oflag=direct status=none"
  say "dd if=/dev/md0 of=/tmp/data bs=4k iflag=direct status=none"
  say "mdadm --stop /dev/md0"
  mask=1
  while [ $mask -lt $((1 << $3)) ]; do
    alive="" dead=0 bit=0
    for letter in $(echo $ALL | cut -d' ' -f1-"$3"); do
      if [ $((mask >> bit & 1)) = 1 ]; then dead=$((dead + 1)); else alive="$alive /dev/sd$letter"; fi
      bit=$((bit + 1))
    done
    if [ $dead -le "$4" ] && [ -n "$alive" ]; then
      say "mdadm --assemble --run --force --readonly /dev/md0$alive"
      say "cmp /dev/md0 /tmp/data && echo same"
      quiet mdadm --stop /dev/md0; [ -b /dev/md0 ] || rm -f /dev/md0
    fi
    mask=$((mask + 1))
  done
}

spare() {
  blank
  echo 2000 > /proc/sys/dev/raid/speed_limit_min
  {
    header
    say "mdadm --create /dev/md0 --level=5 --raid-devices=3 --spare-devices=1 --assume-clean$(disks 4)"
    say "dd if=/dev/urandom of=/dev/md0 bs=1M count=8 status=none"
    say "md5sum < /dev/md0"
    say "cat /proc/mdstat"
    say "echo 2000 > /proc/sys/dev/raid/speed_limit_max"
    say "mdadm --fail /dev/md0 /dev/sdb"
    sleep 4
    say "cat /proc/mdstat"
    say "mdadm --wait /dev/md0"
    say "cat /proc/mdstat"
    say "md5sum < /dev/md0"
    say "mdadm --fail /dev/md0 /dev/sda"
    sleep 2
    say "cat /proc/mdstat"
    say "echo 1 > /proc/sys/vm/drop_caches; md5sum < /dev/md0"
    say "mdadm --fail /dev/md0 /dev/sdc"
    say "cat /proc/mdstat"
    say "mdadm --detail /dev/md0 | grep 'State :'"
    say "echo 1 > /proc/sys/vm/drop_caches; md5sum < /dev/md0"
  } > "$OUT/spare-raid5.txt"
}

for part in $PARTS; do
  case $part in
    layouts)
      layout 0 none 4 8 32
      layout 4 none 4 8 24
      for name in left-symmetric left-asymmetric right-symmetric right-asymmetric; do
        layout 5 $name 4 8 24
        layout 6 $name 5 10 30
      done
      for name in n2 f2 o2; do layout 10 $name 4 8 16; done
      layout 10 n2 5 10 25 ;;
    bytes) stripe 5; stripe 8 ;;
    io)
      { header; for n in 3 4 5 6; do accesses 5 $n $((n - 1)) a; done; } > "$OUT/io-raid5.txt"
      { header; for n in 5 6 7 8; do accesses 6 $n $((n - 2)) a b; done; } > "$OUT/io-raid6.txt" ;;
    noise) noise ;;
    survivors)
      { header; subsets 5 left-symmetric 4 2; } > "$OUT/survivors-raid5.txt"
      { header; subsets 6 left-symmetric 5 3; } > "$OUT/survivors-raid6.txt"
      { header; subsets 10 n2 4 3; subsets 10 f2 4 2; subsets 10 o2 4 2; subsets 10 n2 5 2; } > "$OUT/survivors-raid10.txt" ;;
    spare) spare ;;
  esac
done
quiet mdadm --stop /dev/md0 || true
