# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by cases that get JSON: is it any? There is no such tool in the guest.

# valid_json FILE: succeeds if the file is one JSON value, says where it ends if not.
valid_json()
{
	[ -s "$1" ] && awk '
		{ text = text $0 "\n" }
		END {
			left = text
			if (!value() || !blank() || left != "") {
				print "no JSON from here: " substr(left, 1, 60)
				exit 1
			}
		}
		function take(re) {
			if (!match(left, "^" re))
				return 0
			taken = substr(left, 1, RLENGTH)
			left = substr(left, RLENGTH + 1)
			return 1
		}
		function blank() { return take("[ \t\n]*") }
		function string() {
			return take("\"([^\"\\\\\n\t]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-f][0-9a-f][0-9a-f][0-9a-f])*\"")
		}
		function member() {
			return blank() && string() && blank() && take(":") && value()
		}
		function value() {
			blank()
			if (take("\\{")) {
				blank()
				if (take("\\}"))
					return 1
				do {
					if (!member())
						return 0
					blank()
				} while (take(","))
				return take("\\}")
			}
			if (take("\\[")) {
				blank()
				if (take("\\]"))
					return 1
				do {
					if (!value())
						return 0
					blank()
				} while (take(","))
				return take("\\]")
			}
			return string() || take("-?[0-9]+(\\.[0-9]+)?") || take("(true|false|null)")
		}' "$1"
}

# json_has FILE NAME VALUE: a member of that name and (JSON) value is somewhere.
json_has()
{
	grep -qE "^ *\"$2\": $3,?\$" "$1" || {
		grep -E "\"$2\":" "$1"
		return 1
	}
}
