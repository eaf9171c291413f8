# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The body of medium-error.sh and medium-error-blk.sh: the same sectors fail on
# every path of lu0, with whatever error the topology has.

bad=33554432

# Eight of each at a time, so that some are judged while others fail.
storm()
{
	fio --name=storm --thread=1 --filename="/dev/$node" --rw="$1" --bs=4k --offset=$bad \
		--size=4k --direct=1 --ioengine=libaio --iodepth=8 --numjobs=2 \
		--time_based --runtime=3 --continue_on_error=all --group_reporting \
		--output="$LAB_DIR/storm" || :
	grep -qE 'Input/output error|No data available' "$LAB_DIR/storm"
}

never_failed()
{
	! said 'path .* (failed|probing)'
}

# eio COMMAND...: it ends within 15 s, with the error of a bad medium.
eio()
{
	rm -f "$LAB_DIR/eio"
	(
		trap - EXIT
		set +e
		"$@" 2>"$LAB_DIR/eio.err"
		mv "$LAB_DIR/eio.err" "$LAB_DIR/eio"
	) 9<&- &
	wait_for 15 grep -E 'Input/output error|No data available' "$LAB_DIR/eio"
}

need_vmp lu0
node=$(vmp_of lu0)
put "$node" stall_timeout_ms 60000	# a machine that stands still is no stalled path
log_mark
fio_verify_bg io "/dev/$node" --runtime=600
check "a READ there fails in time" eio read_at "/dev/$node" $bad
check "a write there fails in time" eio write_4k "/dev/$node" $bad
check "the sectors before it are read" read_at "/dev/$node" $((bad - 4096))
check "the sectors after it are read" read_at "/dev/$node" $((bad + 4096))
check "and written" write_4k "/dev/$node" $((bad + 4096))
check "many READs there all fail" storm read
check "many writes there all fail" storm write
check "a large READ over it fails" eio \
	dd if="/dev/$node" iflag=direct bs=1M skip=32 count=1 of=/dev/null
check "so does the page cache" eio \
	dd if="/dev/$node" bs=1M skip=30 count=4 of=/dev/null
# On one path alone the bad READ and its neighbours are one request; the neighbours,
# sent again without it, must not prove that path bad.
put "$node" iopolicy single-active
echo 3 >/proc/sys/vm/drop_caches
check "and if all READs take one path" eio dd if="/dev/$node" bs=1M skip=30 count=4 \
	of=/dev/null
fio --name=ahead --thread=1 --filename="/dev/$node" --rw=read --bs=4k --size=128k --direct=1 \
	--offset=$((bad - 65536)) --ioengine=libaio --iodepth=32 --iodepth_batch=32 --loops=5 \
	--continue_on_error=all >"$LAB_DIR/ahead" 2>&1 || :
check_eq "p0 is live" "$(path_state p0)" live
check_eq "p1 is live" "$(path_state p1)" live
check "no path has failed in between" never_failed
check "fio elsewhere is still at it" fio_running io
check "and saw no error" fio_stop io
