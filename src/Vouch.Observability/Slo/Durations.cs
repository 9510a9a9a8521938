using System.Globalization;
using System.Text;

namespace Vouch.Observability.Slo;

/// <summary>Durations as people write them: <c>30d</c>, <c>1h30m</c>, <c>90s</c>.</summary>
internal static class Durations
{
    public static string Format(TimeSpan duration)
    {
        if (duration.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:R}s");
        }

        var text = new StringBuilder();
        void Part(long count, char unit)
        {
            if (count != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        Part(duration.Days, 'd');
        Part(duration.Hours, 'h');
        Part(duration.Minutes, 'm');
        Part(duration.Seconds, 's');
        return text.Length == 0 ? "0s" : text.ToString();
    }

    /// <summary>Reads a duration at the beginning of a text.</summary>
    /// <returns>How many characters belong to it; 0 where there is none, or where it is zero or beyond 1,000 years.</returns>
    public static int Read(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        decimal ticks = 0;
        int at = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            int digits = Numbers.Length(text[at..]);
            if (digits == 0 || !decimal.TryParse(text.Slice(at, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count) || count > 1_000_000_000)
            {
                return 0;
            }

            int unit = at + digits;
            int end = unit;
            while (end < text.Length && char.IsAsciiLetter(text[end]))
            {
                end++;
            }

            long? each = text[unit..end] switch
            {
                "s" or "sec" => TimeSpan.TicksPerSecond,
                "m" or "min" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                "d" => TimeSpan.TicksPerDay,
                "w" => 7 * TimeSpan.TicksPerDay,
                _ => null,
            };
            if (each is null)
            {
                return 0;
            }

            ticks += count * each.Value;
            at = end;
        }

        if (ticks <= 0 || ticks > 365_000m * TimeSpan.TicksPerDay || ticks != decimal.Truncate(ticks))
        {
            return 0;
        }

        duration = new TimeSpan((long)ticks);
        return at;
    }
}
