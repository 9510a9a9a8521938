namespace Vouch.Security.Hygiene;

/// <summary>What is wrong with input from outside.</summary>
public enum InputFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It is longer than allowed.</summary>
    TooLong,

    /// <summary>It is no valid UTF-8, or holds half of a surrogate pair.</summary>
    NotUtf8,

    /// <summary>It holds a control character other than tab and line breaks.</summary>
    ControlCharacter,

    /// <summary>It is no JSON (RFC 8259), or more follows after it.</summary>
    NotJson,

    /// <summary>Objects and arrays stand within each other deeper than allowed.</summary>
    TooDeep,

    /// <summary>It holds more values than allowed.</summary>
    TooManyValues,

    /// <summary>A name or text in it is longer than allowed.</summary>
    TextTooLong,

    /// <summary>A number in it has more digits than allowed.</summary>
    NumberTooLong,

    /// <summary>An object in it has one name twice, which readers take differently.</summary>
    DuplicateName,
}
