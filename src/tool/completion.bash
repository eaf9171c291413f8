# shellcheck shell=bash disable=SC2016 # awk programs
# SPDX-License-Identifier: GPL-2.0-only
# bash completion for vmpathctl. The tool itself is asked for its commands,
# options, columns and attributes, and for the objects there are, so that this
# file knows none of them. The tool reads sysfs only: it cannot hang the shell.

_vmpathctl_help() {
	vmpathctl "$@" --help 2>/dev/null
}

# The names of objects: $1 is an awk condition on NODE ($1) and PARENT ($2),
# which only a path has. compgen -W expands its words: plain names only.
_vmpathctl_objects() {
	vmpathctl list --disks -nr -o NODE,PARENT 2>/dev/null |
		awk '$1 ~ /^[A-Za-z0-9]+$/ && '"$1"' { print $1 }'
}

_vmpathctl_words() {
	local command=$1 words

	case $command in
	monitor | stats | metrics | serial)
		;;
	disable | enable | probe)
		_vmpathctl_objects 'NF == 2' ;;
	explain | claim | release)
		_vmpathctl_objects '$1 !~ /^vmp[0-9]/' ;;
	pr)
		_vmpathctl_objects '$1 ~ /^vmp[0-9]/' ;;
	alias)
		if ((COMP_CWORD < 4)); then
			_vmpathctl_objects '$1 ~ /^vmp[0-9]/'
		fi ;;
	set)
		if ((COMP_CWORD > 2)); then
			words=$(_vmpathctl_help set | awk '/^  [a-z_]+ / { print $1 "=" }')
			echo "$words"
		else
			_vmpathctl_objects 1
		fi ;;
	*)
		_vmpathctl_objects 1 ;;
	esac
}

# iopolicy=: what the help of set names as values. With = in COMP_WORDBREAKS, as
# it is by default, that is three words, of which the last is completed.
_vmpathctl_values() {
	_vmpathctl_help set |
		sed -nE "s/^  $1 +([a-z0-9-]+(, [a-z0-9-]+)* or [a-z0-9-]+)\$/\1/p" | sed 's/,//g; s/ or / /g'
}

_vmpathctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command words attr=

	COMPREPLY=()
	# What comes before the command takes no part in the counting.
	if [[ ${COMP_WORDS[1]} == --sysroot && $COMP_CWORD -gt 2 ]]; then
		COMP_WORDS=("${COMP_WORDS[0]}" "${COMP_WORDS[@]:3}")
		((COMP_CWORD -= 2))
	elif [[ ${COMP_WORDS[1]} == --sysroot=* && $COMP_CWORD -gt 1 ]]; then
		COMP_WORDS=("${COMP_WORDS[0]}" "${COMP_WORDS[@]:2}")
		((COMP_CWORD -= 1))
	fi
	command=${COMP_WORDS[1]}
	if [[ $command == set && $COMP_CWORD -gt 2 ]]; then
		case $cur in
		?*=*)
			attr=${cur%%=*} cur=${cur#*=} words=$attr= ;;
		=)
			attr=$prev cur='' words= ;;
		*)
			[[ $prev != '=' ]] || attr=${COMP_WORDS[COMP_CWORD - 2]} words= ;;
		esac
		if [[ $attr == [a-z]* ]]; then
			mapfile -t COMPREPLY < <(compgen -P "$words" -W "$(_vmpathctl_values "$attr")" -- "$cur")
			return
		fi
	fi
	case $prev in
	--sysroot)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return ;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W 'path node hba target-port array' -- "$cur")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
		return ;;
	--output)
		if [[ $command == metrics ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		fi ;;&
	-o | --output)
		words=$(_vmpathctl_help "$command" | awk '/^Columns/ { on = 1 } on && /^  / { print $1 }')
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$(tr '[:lower:]' '[:upper:]' <<<"${cur##*[,+]}")")
		# what stands before the last comma stays
		if [[ $cur == *[,+]* ]]; then
			COMPREPLY=("${COMPREPLY[@]/#/${cur%"${cur##*[,+]}"}}")
		fi
		compopt -o nospace 2>/dev/null
		return ;;
	esac
	if ((COMP_CWORD == 1)); then
		words=$(_vmpathctl_help | awk '/^  / { for (i = 1; i < 3; i++) if ($i ~ /^(--)?[a-z]+$/) { print $i; break } }')
	elif [[ $cur == -* ]]; then
		words=$(_vmpathctl_help "$command" | sed -n 's/^  .\{4\}\(--[a-z-]*\).*/\1/p')
	else
		words=$(_vmpathctl_words "$command")
		[[ $words != *= ]] || compopt -o nospace 2>/dev/null
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _vmpathctl vmpathctl
