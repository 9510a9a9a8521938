namespace Vouch.Observability.Events;

/// <summary>The last events of a process, for a page or a report: bounded in number and length.</summary>
/// <remarks>Safe to share. Control characters in messages, line breaks among them, are replaced by spaces, so that what comes from outside cannot pretend to be an event of its own.</remarks>
public sealed class EventLog
{
    private readonly Lock _lock = new();
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly Queue<LoggedEvent> _events = new();
    private long _sequence;

    /// <summary>Initializes an empty log.</summary>
    /// <param name="options">How much it keeps; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public EventLog(EventLogOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new EventLogOptions();
        EventLogOptionsValidator.ThrowIfInvalid(_options);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Gets how many events were ever added.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _sequence;
            }
        }
    }

    /// <summary>Gets how many events had to make room for later ones.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _sequence - _events.Count;
            }
        }
    }

    /// <summary>Adds an event.</summary>
    /// <param name="severity">How much it matters.</param>
    /// <param name="source">What it comes from.</param>
    /// <param name="message">What happened.</param>
    /// <returns>The event as it is kept.</returns>
    /// <exception cref="ArgumentNullException">A text is null.</exception>
    public LoggedEvent Add(EventSeverity severity, string source, string message)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(message);
        source = Clean(source);
        message = Clean(message);
        lock (_lock)
        {
            var added = new LoggedEvent(++_sequence, _time.GetUtcNow(), severity, source, message);
            if (_events.Count == _options.Capacity)
            {
                _events.Dequeue();
            }

            _events.Enqueue(added);
            return added;
        }
    }

    /// <summary>Lists events, oldest first.</summary>
    /// <param name="after">Only those with a greater sequence number: 0 for all that are kept.</param>
    /// <param name="least">Only those that matter at least so much.</param>
    /// <returns>A copy. Where its first number is greater than <paramref name="after"/> + 1 though every severity was asked for, events were dropped in between.</returns>
    public IReadOnlyList<LoggedEvent> Read(long after = 0, EventSeverity least = EventSeverity.Information)
    {
        lock (_lock)
        {
            return [.. _events.Where(logged => logged.Sequence > after && logged.Severity >= least)];
        }
    }

    private string Clean(string text)
    {
        int length = Math.Min(text.Length, _options.LongestMessage);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        ReadOnlySpan<char> kept = text.AsSpan(0, length);
        bool clean = true;
        foreach (char letter in kept)
        {
            clean &= !IsBreak(letter);
        }

        return clean
            ? length == text.Length ? text : kept.ToString()
            : string.Create(length, text, static (destination, from) =>
            {
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = IsBreak(from[i]) ? ' ' : from[i];
                }
            });
    }

    // Line and paragraph separators break lines as well.
    private static bool IsBreak(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';
}
