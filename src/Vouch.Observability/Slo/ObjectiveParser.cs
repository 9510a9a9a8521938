using System.Globalization;

namespace Vouch.Observability.Slo;

/// <summary>Reads the grammar of <see cref="ServiceLevelObjective.Parse"/> from left to right, without going back.</summary>
internal sealed class ObjectiveParser(string text)
{
    private const int MaxLength = 1000;
    private int _at;

    /// <summary>Gets why there is no objective; the first reason found.</summary>
    public ObjectiveError? Error { get; private set; }

    public ServiceLevelObjective? Read()
    {
        if (text.Length > MaxLength)
        {
            _at = MaxLength;
            return Fail<ServiceLevelObjective>("at most 1,000 characters");
        }

        string? name = ReadName();
        if (Error is not null)
        {
            return null;
        }

        Comparison comparison = ReadOperator() ?? Comparison.AtLeast;
        if (ReadShare() is not { } target)
        {
            return null;
        }

        bool countsBad = comparison is Comparison.AtMost or Comparison.Below;
        (TimeSpan Length, Comparison Comparison, Fraction Share)? slices = null;
        if (Word("of"))
        {
            if ((slices = ReadSlices()) is null)
            {
                return null;
            }
        }
        else if (!ReadAdjective(countsBad))
        {
            return null;
        }

        Indicator? within = ReadCondition();
        if (within is null)
        {
            return null;
        }

        if (!Word("over"))
        {
            return Fail<ServiceLevelObjective>(within.Kind == IndicatorKind.Events ? "a condition such as '< 250ms', or 'over' and a period" : "a unit, or 'over' and a period");
        }

        if (ReadPeriod() is not { } period)
        {
            return null;
        }

        Skip();
        if (_at < text.Length)
        {
            return Fail<ServiceLevelObjective>("the end");
        }

        if (slices is { } cut && cut.Length >= period)
        {
            return Fail<ServiceLevelObjective>("a period longer than its slices");
        }

        Indicator indicator = slices is { } slice ? Indicator.TimeSlices(slice.Length, slice.Comparison, slice.Share, within) : within;
        return new ServiceLevelObjective(comparison, target, indicator, period, name);
    }

    private string? ReadName()
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return null;
        }

        string name = text[..colon].Trim();
        if (name.Length == 0)
        {
            return Fail<string>("a name before ':'");
        }

        _at = colon + 1;
        return name;
    }

    private (TimeSpan Length, Comparison Comparison, Fraction Share)? ReadSlices()
    {
        Skip();
        int length = Durations.Read(text.AsSpan(_at), out TimeSpan slice);
        if (length == 0 || slice < TimeSpan.FromSeconds(1))
        {
            Fail<object>("the length of a slice, one second or more, such as '5m'");
            return null;
        }

        _at += length;
        if (!Word("slices"))
        {
            Fail<object>("'slices'");
            return null;
        }

        if (!Word("with"))
        {
            Fail<object>("'with'");
            return null;
        }

        Comparison comparison = ReadOperator() ?? Comparison.AtLeast;
        return ReadShare() is { } share && ReadAdjective(comparison is Comparison.AtMost or Comparison.Below) ? (slice, comparison, share) : null;
    }

    private bool ReadAdjective(bool countsBad)
    {
        int before = _at;
        bool good = Word("good");
        bool bad = !good && (Word("bad") || Word("errors"));
        if ((good && countsBad) || (bad && !countsBad))
        {
            _at = before;
            Skip();
            Fail<object>(countsBad ? "'bad': an upper limit is on bad events" : "'good': a lower limit is on good events");
            return false;
        }

        return true;
    }

    private Indicator? ReadCondition()
    {
        if (ReadOperator() is not { } comparison)
        {
            return Indicator.Events;
        }

        Skip();
        int start = _at;
        bool negative = _at < text.Length && text[_at] == '-';
        int digits = Numbers.Length(text.AsSpan(start + (negative ? 1 : 0)));
        if (digits == 0 || !double.TryParse(text.AsSpan(start, digits + (negative ? 1 : 0)), NumberStyles.Float, CultureInfo.InvariantCulture, out double threshold) || !double.IsFinite(threshold))
        {
            return Fail<Indicator>("a threshold, such as '250ms'");
        }

        _at = start + digits + (negative ? 1 : 0);
        Skip();
        int unit = _at;
        while (_at < text.Length && (char.IsLetter(text[_at]) || text[_at] is '%' or '/' or '_'))
        {
            _at++;
        }

        string name = text[unit.._at];
        if (name.Equals("over", StringComparison.OrdinalIgnoreCase))
        {
            _at = unit;
            name = string.Empty;
        }

        return Indicator.Values(comparison, threshold, name.Length == 0 ? null : name);
    }

    private TimeSpan? ReadPeriod()
    {
        Skip();
        int length = Durations.Read(text.AsSpan(_at), out TimeSpan period);
        if (length == 0 || period < ServiceLevelObjective.ShortestPeriod || period > ServiceLevelObjective.LongestPeriod)
        {
            Fail<object>("a period between 10s and 366d, such as '30d'");
            return null;
        }

        _at += length;
        return period;
    }

    private Fraction? ReadShare()
    {
        Skip();
        int start = _at;
        bool percentile = _at < text.Length && text[_at] is 'p' or 'P';
        int from = percentile ? start + 1 : start;
        int digits = from <= text.Length ? Numbers.Length(text.AsSpan(Math.Min(from, text.Length))) : 0;
        const string Expected = "a share with at most 12 decimal places, such as '99.9%', '0.999' or 'p99.9'";
        if (digits == 0 || !decimal.TryParse(text.AsSpan(from, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) || number.Scale > 12 || number > 100)
        {
            Fail<object>(Expected);
            return null;
        }

        int end = from + digits;
        bool percent = percentile;
        while (!percentile && end < text.Length && text[end] == ' ')
        {
            end++;
        }

        if (!percentile && end < text.Length && text[end] == '%')
        {
            percent = true;
            end++;
        }
        else
        {
            end = from + digits;
        }

        if (!percent && number > 1)
        {
            Fail<object>(Expected + " ('%' is missing)");
            return null;
        }

        _at = end;
        return Fraction.FromDecimal(percent ? number / 100 : number);
    }

    private Comparison? ReadOperator()
    {
        Skip();
        foreach ((string symbol, Comparison comparison) in (ReadOnlySpan<(string, Comparison)>)
            [(">=", Comparison.AtLeast), ("≥", Comparison.AtLeast), ("<=", Comparison.AtMost), ("≤", Comparison.AtMost), ("==", Comparison.Equal), ("=", Comparison.Equal), (">", Comparison.Above), ("<", Comparison.Below)])
        {
            if (text.AsSpan(_at).StartsWith(symbol, StringComparison.Ordinal))
            {
                _at += symbol.Length;
                return comparison;
            }
        }

        return null;
    }

    private bool Word(string word)
    {
        Skip();
        int end = _at + word.Length;
        if (!text.AsSpan(_at).StartsWith(word, StringComparison.OrdinalIgnoreCase) || (end < text.Length && char.IsLetterOrDigit(text[end])))
        {
            return false;
        }

        _at = end;
        return true;
    }

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private T? Fail<T>(string expected)
        where T : class
    {
        Skip();
        int end = _at;
        while (end < text.Length && end - _at < 20 && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        Error ??= new ObjectiveError(_at + 1, text[_at..end], expected);
        return null;
    }
}
