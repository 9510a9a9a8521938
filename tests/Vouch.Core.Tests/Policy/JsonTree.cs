using System.Globalization;
using System.Text;

namespace Vouch.Core.Tests.Policy;

/// <summary>Random JSON values, random spellings of one value, and random changes of meaning, for the property tests of the digest.</summary>
internal sealed class JsonTree(Random random)
{
    private const string Letters = "aZ09 _\"\\/\b\t\n\r\f\u0001\u007f\u0080é€\u2028ﬀ\ud7ff\ue000";

    public object? Value(int depth = 0) => random.Next(depth >= 4 ? 5 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 or 3 => Number(),
        4 => Text(),
        5 => Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth + 1)).ToList(),
        _ => Object(depth),
    };

    public string Spell(object? value)
    {
        var text = new StringBuilder();
        Spell(value, text);
        return text.ToString();
    }

    /// <summary>Another value: the same tree with one thing changed somewhere.</summary>
    public object? Change(object? value)
    {
        switch (value)
        {
            case List<object?> list when list.Count > 0 && random.Next(4) != 0:
                int at = random.Next(list.Count);
                return list.Select((item, index) => index == at ? Change(item) : item).ToList();
            case List<object?> list when list.Count > 1 && random.Next(2) == 0:
                return list.Take(list.Count - 1).ToList();
            case List<object?> list:
                return list.Append(null).ToList();
            case SortedDictionary<string, object?> members when members.Count > 0 && random.Next(4) != 0:
                string changed = members.Keys.ElementAt(random.Next(members.Count));
                var copy = new SortedDictionary<string, object?>(members, StringComparer.Ordinal);
                if (random.Next(3) == 0)
                {
                    copy.Remove(changed);
                    copy[changed + "!"] = members[changed];
                }
                else
                {
                    copy[changed] = Change(members[changed]);
                }

                return copy;
            case SortedDictionary<string, object?> members:
                var larger = new SortedDictionary<string, object?>(members, StringComparer.Ordinal);
                larger["new" + larger.Count.ToString(CultureInfo.InvariantCulture)] = null;
                return larger;
            case bool flag:
                return !flag;
            case double number:
                double next = random.Next(2) == 0 ? Math.BitIncrement(number) : Math.BitDecrement(number);
                return double.IsFinite(next) && next != number ? next : 0.5;
            case string text:
                return random.Next(2) == 0 || text.Length == 0 ? text + "x" : text + "\u0301";
            default:
                return false;
        }
    }

    private SortedDictionary<string, object?> Object(int depth)
    {
        var members = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        for (int i = random.Next(6); i > 0; i--)
        {
            members[Text()] = Value(depth + 1);
        }

        return members;
    }

    private double Number() => random.Next(4) switch
    {
        0 => random.Next(-1000, 1000),
        1 => Math.Round(random.NextDouble() * 100, 3),
        2 => random.NextDouble() * Math.Pow(10, random.Next(-300, 300)),
        _ => double.IsFinite(BitConverter.Int64BitsToDouble(random.NextInt64())) ? BitConverter.Int64BitsToDouble(random.NextInt64() & ~(1L << 62)) : 1e21,
    };

    private string Text()
    {
        var text = new StringBuilder();
        for (int i = random.Next(6); i > 0; i--)
        {
            text.Append(random.Next(8) == 0 ? "\ud83d\ude00" : Letters[random.Next(Letters.Length)].ToString());
        }

        return text.ToString();
    }

    private void Spell(object? value, StringBuilder text)
    {
        Space(text);
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case double number:
                text.Append(SpellNumber(number));
                break;
            case string content:
                SpellText(content, text);
                break;
            case List<object?> list:
                text.Append('[');
                for (int i = 0; i < list.Count; i++)
                {
                    text.Append(i > 0 ? "," : null);
                    Spell(list[i], text);
                }

                Space(text);
                text.Append(']');
                break;
            case SortedDictionary<string, object?> members:
                KeyValuePair<string, object?>[] shuffled = [.. members];
                random.Shuffle(shuffled);
                text.Append('{');
                for (int i = 0; i < shuffled.Length; i++)
                {
                    text.Append(i > 0 ? "," : null);
                    Space(text);
                    SpellText(shuffled[i].Key, text);
                    Space(text);
                    text.Append(':');
                    Spell(shuffled[i].Value, text);
                }

                Space(text);
                text.Append('}');
                break;
            default:
                throw new InvalidOperationException($"No JSON for {value.GetType()}.");
        }

        Space(text);
    }

    private void Space(StringBuilder text)
    {
        for (int i = random.Next(3); i > 0; i--)
        {
            text.Append(" \t\r\n"[random.Next(4)]);
        }
    }

    // The shortest digits, the point moved to a random place and the exponent with it, zeros added at both ends of the fraction.
    private string SpellNumber(double number)
    {
        string plain = number.ToString("E16", CultureInfo.InvariantCulture);
        string sign = plain[0] == '-' ? "-" : string.Empty;
        string mantissa = plain.TrimStart('-')[..plain.TrimStart('-').IndexOf('E', StringComparison.Ordinal)];
        int exponent = int.Parse(plain[(plain.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        string digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal).TrimEnd('0');
        if (digits.Length == 0)
        {
            return random.Next(2) == 0 ? "0" : "-0.00e-7";
        }

        // The value is 0.digits * 10^(exponent + 1); integers beyond 2^53 stand as .NET writes them, which the canonicalizer must accept.
        string shortest = number.ToString("R", CultureInfo.InvariantCulture);
        if (Math.Abs(number) >= 9007199254740992 || random.Next(4) == 0)
        {
            return random.Next(2) == 0 ? shortest : shortest.Replace("E+", "e", StringComparison.Ordinal);
        }

        int before = random.Next(digits.Length + 1);
        string whole = before == 0 ? "0" : digits[..before];
        string fraction = digits[before..] + new string('0', random.Next(3));
        int power = exponent + 1 - before;
        string tail = power == 0 && random.Next(2) == 0 ? string.Empty : $"{"eE"[random.Next(2)]}{(power >= 0 && random.Next(2) == 0 ? "+" : null)}{power.ToString(CultureInfo.InvariantCulture)}";
        return $"{sign}{whole}{(fraction.Length == 0 ? null : ".")}{fraction}{tail}";
    }

    private void SpellText(string content, StringBuilder text)
    {
        text.Append('"');
        foreach (char unit in content)
        {
            bool mustEscape = unit is < ' ' or '"' or '\\';
            string? brief = unit switch { '"' => "\\\"", '\\' => "\\\\", '/' => "\\/", '\b' => "\\b", '\t' => "\\t", '\n' => "\\n", '\f' => "\\f", '\r' => "\\r", _ => null };
            bool isSurrogate = char.IsSurrogate(unit);
            if (!isSurrogate && (mustEscape || random.Next(3) == 0))
            {
                text.Append(brief is not null && random.Next(2) == 0
                    ? brief
                    : "\\u" + ((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(unit);
            }
        }

        text.Append('"');
    }
}
