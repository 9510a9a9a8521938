namespace Vouch.Security.Signing;

/// <summary>
/// What HTTP message signatures need of structured fields (RFC 9651): dictionaries of byte sequences, and of inner lists of strings with parameters. Stricter than the RFC where that leaves a choice:
/// one name twice, which the RFC lets the last one win, is refused.
/// </summary>
internal ref struct StructuredDictionary(ReadOnlySpan<char> text)
{
    private const int MaxMembers = 16;
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    public static bool TryReadBytes(string text, out List<(string Name, byte[] Value)> members)
    {
        members = [];
        var reader = new StructuredDictionary(text);
        reader.SkipSpaces();
        while (reader._at < text.Length)
        {
            if (members.Count == MaxMembers || !reader.TryReadKey(out string? name) || !reader.TryTake('=') || !reader.TryReadBytes(out byte[]? value)
                || members.Exists(member => member.Name == name) || !reader.TryReadSeparator())
            {
                return false;
            }

            members.Add((name!, value!));
        }

        return members.Count > 0;
    }

    /// <summary>Reads one byte sequence, <c>:base64:</c>, that is all of a text and fits into the target. False also where it is longer.</summary>
    public static bool TryReadOnlyBytes(ReadOnlySpan<char> text, Span<byte> target, out int written)
    {
        written = 0;
        return text.Length > 2 && text[0] == ':' && text[^1] == ':' && text[1..^1] is var base64 && !base64.ContainsAny(" \t\r\n") && Convert.TryFromBase64Chars(base64, target, out written);
    }

    public static bool TryReadInputs(string text, out List<SignatureInput> inputs)
    {
        inputs = [];
        var reader = new StructuredDictionary(text);
        reader.SkipSpaces();
        while (reader._at < text.Length)
        {
            if (inputs.Count == MaxMembers || !reader.TryReadKey(out string? label) || !reader.TryTake('=') || inputs.Exists(input => input.Label == label)
                || !reader.TryReadInput(label!, out SignatureInput? input) || !reader.TryReadSeparator())
            {
                return false;
            }

            inputs.Add(input!);
        }

        return inputs.Count > 0;
    }

    private bool TryReadInput(string label, out SignatureInput? input)
    {
        input = null;
        int start = _at;
        if (!TryTake('('))
        {
            return false;
        }

        var components = new List<string>();
        bool hasParameters = false;
        while (true)
        {
            SkipSpaces();
            if (TryTake(')'))
            {
                break;
            }

            if (components.Count == SignatureInput.MaxComponents || !TryReadString(out string? component) || components.Contains(component!))
            {
                return false;
            }

            components.Add(component!);
            while (TryTake(';'))
            {
                hasParameters = true;
                SkipSpaces();
                if (!TryReadKey(out _) || (TryTake('=') && !TryReadItem(out _)))
                {
                    return false;
                }
            }

            if (_at >= _text.Length || _text[_at] is not (' ' or ')'))
            {
                return false;
            }
        }

        var read = new SignatureInput(label, components, hasParameters);
        while (TryTake(';'))
        {
            SkipSpaces();
            string? value = null;
            if (!TryReadKey(out string? name) || (TryTake('=') && !TryReadItem(out value)) || !read.TrySet(name!, value))
            {
                return false;
            }
        }

        read.Parameters = _text[start.._at].ToString();
        input = read;
        return true;
    }

    private bool TryReadKey(out string? key)
    {
        int start = _at;
        while (_at < _text.Length && _at - start < 64 && (char.IsAsciiLetterLower(_text[_at]) || _text[_at] == '*' || (_at > start && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '_' or '-' or '.'))))
        {
            _at++;
        }

        key = _text[start.._at].ToString();
        return _at > start;
    }

    /// <summary>A string without its quotes, an integer's digits, a token, or a truth value.</summary>
    private bool TryReadItem(out string? value)
    {
        value = null;
        if (_at >= _text.Length)
        {
            return false;
        }

        if (_text[_at] == '"')
        {
            return TryReadString(out value);
        }

        int start = _at;
        while (_at < _text.Length && _at - start < 64 && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '.' or '?' or '*' or '_' or '/' or ':'))
        {
            _at++;
        }

        value = _text[start.._at].ToString();
        return _at > start;
    }

    private bool TryReadString(out string? value)
    {
        value = null;
        if (!TryTake('"'))
        {
            return false;
        }

        var text = new System.Text.StringBuilder();
        while (_at < _text.Length)
        {
            char next = _text[_at++];
            if (next == '"')
            {
                value = text.ToString();
                return true;
            }

            if (next == '\\')
            {
                if (_at >= _text.Length || _text[_at] is not ('"' or '\\'))
                {
                    return false;
                }

                next = _text[_at++];
            }
            else if (next is < ' ' or > '~')
            {
                return false;
            }

            text.Append(next);
        }

        return false;
    }

    private bool TryReadBytes(out byte[]? value)
    {
        value = null;
        if (!TryTake(':'))
        {
            return false;
        }

        int length = _text[_at..].IndexOf(':');
        if (length < 0 || length > 512)
        {
            return false;
        }

        ReadOnlySpan<char> base64 = _text.Slice(_at, length);
        byte[] bytes = new byte[(length * 3 / 4) + 3];
        if (base64.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(base64, bytes, out int written))
        {
            return false;
        }

        _at += length + 1;
        value = bytes[..written];
        return true;
    }

    private bool TryReadSeparator()
    {
        SkipWhitespace();
        if (_at >= _text.Length)
        {
            return true;
        }

        if (!TryTake(','))
        {
            return false;
        }

        SkipWhitespace();
        return _at < _text.Length; // no comma at the end
    }

    private bool TryTake(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private void SkipWhitespace()
    {
        while (_at < _text.Length && (_text[_at] is ' ' or '\t'))
        {
            _at++;
        }
    }
}
