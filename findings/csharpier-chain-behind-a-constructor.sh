#!/usr/bin/env bash
# CSharpier 1.4.0 joins a chain of calls behind a constructor into one line, however wide, and finds it right.
#
# What surprises: calls behind `new Builder(new Options { ... })` are one line of 218 columns at a width of 120, also where somebody had broken them by
# hand, and `csharpier check` agrees. The same calls behind a variable stand one below the other.
# Why it matters: fluent builders are written so, and a check of the shape says nothing of lines of twice the width; a variable for the options helps.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
dotnet tool install csharpier --version 1.4.0 --tool-path tool >/dev/null
chain='
            .OnAssigned((_, given) => owner.Assigned(given))
            .OnRevoked((_, taken) => owner.Revoked(taken))
            .OnLost((_, lost) => owner.Lost(lost))
            .OnLog((_, line) => Write(line))
            .OnError((_, error) => Write(error))
            .Build();'
options='new Options(common) { Group = group, Session = 10_000, Commit = false, Reset = true, Messages = 2_000, Pause = 10_000 }'
printf 'class Behind\n{\n    object Make()\n    {\n        return new Builder<string, byte[]>(%s)%s\n    }\n}\n' "$options" "$chain" >Behind.cs
printf 'class Beside\n{\n    object Make()\n    {\n        var options = %s;\n        return new Builder<string, byte[]>(options)%s\n    }\n}\n' "$options" "$chain" >Beside.cs
printf '[*.cs]\nindent_style = space\nindent_size = 4\nmax_line_length = 120\n' >.editorconfig
tool/csharpier format . >/dev/null
tool/csharpier check . >/dev/null && checked=agrees || checked=differs
widest() { awk '{ if (length > w) w = length } END { print w }' "$1"; }
echo "csharpier $(tool/csharpier --version | cut -d+ -f1) at 120 columns: behind a constructor $(widest Behind.cs), behind a variable $(widest Beside.cs); check $checked"
[ "$(widest Behind.cs)" -gt 180 ] && [ "$(widest Beside.cs)" -le 120 ] && [ $checked = agrees ]
