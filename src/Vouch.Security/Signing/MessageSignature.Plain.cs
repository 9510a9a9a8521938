using System.Buffers;

namespace Vouch.Security.Signing;

public sealed partial class MessageSignature
{
    // The way of nearly all requests: one signature over just the components that are asked for, written as this class writes it. It is read where it stands, without an object. It can only accept:
    // whatever is not written so, and whatever is wrong with it, goes the thorough way from the beginning.
    private bool TryVerifyPlain(HttpRequestParts request, DateTimeOffset now, out SignatureVerdict verdict)
    {
        verdict = default;
        ReadOnlySpan<char> input = request.OnlyValue(InputHeader);
        ReadOnlySpan<char> code = request.OnlyValue(SignatureHeader);
        string label = _options.Label;
        Span<byte> signature = stackalloc byte[SigningKey.MaxSignatureBytes];
        if (input.Length > MaxHeaderLength || !TryTakeLabel(ref input, label) || !TryTakeLabel(ref code, label) || !input.StartsWith(_componentList, StringComparison.Ordinal)
            || !StructuredDictionary.TryReadOnlyBytes(code, signature, out int length))
        {
            return false;
        }

        var read = default(PlainParameters);
        if (!read.TryRead(input[_componentList.Length..])
            || UnixSeconds.Check(read.Created, now, _options.MaxAge, _options.MaxSkew) != SignatureFailure.None
            || (read.Expires is { } end && now >= end)
            || (_options.Tag is { } tag && !(read.Has(PlainParameters.Tagged) && read.Tag.SequenceEqual(tag)))
            || _keys.Find(read.KeyId, out _) is not { } key
            || AlgorithmName(key.Algorithm) is not { } algorithm
            || (read.Has(PlainParameters.Named) && !read.Algorithm.SequenceEqual(algorithm)))
        {
            return false;
        }

        ArrayBufferWriter<byte> buffer = Buffer();
        if (!SignatureBase.TryWrite(request, _components, input, buffer, out _)
            || !key.Verify(buffer.WrittenSpan, signature[..length])
            || (_coversBody && ContentDigest.Check(request.CombinedValue(ContentDigest.Header), request.Body.Span) != SignatureFailure.None))
        {
            return false;
        }

        verdict = Accept(key, read.Created, buffer.WrittenSpan, signature[..length]);
        return true;
    }

    private static bool TryTakeLabel(ref ReadOnlySpan<char> text, string label)
    {
        if (text.Length <= label.Length || !text.StartsWith(label, StringComparison.Ordinal) || text[label.Length] != '=')
        {
            return false;
        }

        text = text[(label.Length + 1)..];
        return true;
    }

    // ;created=946684800;keyid="key";alg="hmac-sha256";nonce="..." in any order, each at most once, without escapes.
    private ref struct PlainParameters
    {
        public const int Named = 4;
        public const int Tagged = 16;
        private const int Dated = 1;
        private const int Keyed = 2;
        private const int Numbered = 8;
        private const int Ending = 32;
        private int _seen;

        public DateTimeOffset Created;
        public DateTimeOffset? Expires;
        public ReadOnlySpan<char> KeyId;
        public ReadOnlySpan<char> Algorithm;
        public ReadOnlySpan<char> Tag;

        public readonly bool Has(int parameter) => (_seen & parameter) != 0;

        public bool TryRead(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                int equals = text.IndexOf('=');
                if (text[0] != ';' || equals < 0)
                {
                    return false;
                }

                ReadOnlySpan<char> name = text[1..equals];
                text = text[(equals + 1)..];
                if (!(text.StartsWith("\"", StringComparison.Ordinal) ? TryReadText(name, ref text) : TryReadTime(name, ref text)))
                {
                    return false;
                }
            }

            return Has(Dated) && Has(Keyed);
        }

        private bool TryReadText(ReadOnlySpan<char> name, ref ReadOnlySpan<char> text)
        {
            int length = text[1..].IndexOf('"');
            if (length < 0)
            {
                return false;
            }

            ReadOnlySpan<char> value = text.Slice(1, length);
            text = text[(length + 2)..];
            if (value.ContainsAnyExceptInRange(' ', '~') || value.Contains('\\'))
            {
                return false;
            }

            switch (name)
            {
                case "keyid":
                    KeyId = value;
                    return value.Length <= 128 && See(Keyed);
                case "alg":
                    Algorithm = value;
                    return See(Named);
                case "nonce":
                    return value.Length is > 0 and <= 256 && See(Numbered);
                case "tag":
                    Tag = value;
                    return See(Tagged);
                default:
                    return false;
            }
        }

        private bool TryReadTime(ReadOnlySpan<char> name, ref ReadOnlySpan<char> text)
        {
            int end = text.IndexOf(';');
            ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
            text = text[digits.Length..];
            if (!UnixSeconds.TryParse(digits, out DateTimeOffset time))
            {
                return false;
            }

            switch (name)
            {
                case "created":
                    Created = time;
                    return See(Dated);
                case "expires":
                    Expires = time;
                    return See(Ending);
                default:
                    return false;
            }
        }

        private bool See(int parameter)
        {
            bool first = !Has(parameter);
            _seen |= parameter;
            return first;
        }
    }
}
