using System.Text.Json;

namespace Vouch.Optimizer.Scenes;

/// <summary>Consumes the value of a property or the element of an array; the reader stands on its first token, and on its last afterwards.</summary>
internal delegate void JsonValueReader(ref Utf8JsonReader reader);

/// <summary>
/// The scaffolding of a streaming JSON reader that never gives up on a wrong type: it reports the JSON path and line, skips the value and goes on. Syntax errors end the reading.
/// </summary>
internal sealed class JsonText(ReadOnlyMemory<byte> json, ProblemLog problems, int maxElements)
{
    private const string WholeNumber = "a whole number, 0 or more";

    private readonly List<(string? Name, long Index)> _path = [];
    private long _elements;

    /// <summary>Reads a whole document whose root is an object. False after a syntax error or a limit, which is reported.</summary>
    public bool ReadDocument(int maxDepth, JsonValueReader property)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            if (!reader.Read())
            {
                problems.Error(SceneProblemKind.Syntax, "$", "The JSON document is empty.");
                return false;
            }

            Object(ref reader, property);
            while (reader.Read())
            {
                // Nothing may follow the root; the reader says so itself.
            }

            return true;
        }
        catch (JsonException exception)
        {
            problems.Error(SceneProblemKind.Syntax, $"{Path()} (line {(exception.LineNumber ?? 0) + 1})", $"The JSON cannot be read: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            // Text with broken escapes passes the tokenizer and fails when it is compared or copied.
            problems.Error(SceneProblemKind.Syntax, Where(ref reader), $"The JSON cannot be read: {exception.Message}");
        }
        catch (ElementLimitException)
        {
            problems.Error(SceneProblemKind.LimitExceeded, Where(ref reader), $"The scene holds more than the {maxElements} elements that MaxElements allows.");
        }

        return false;
    }

    /// <summary>Reads the properties of an object: the callback gets the reader on each property name and must consume its value.</summary>
    public void Object(ref Utf8JsonReader reader, JsonValueReader property)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Wrong(ref reader, "an object");
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            property(ref reader);
        }
    }

    /// <summary>Reads an array under the given name; the reader stands on the property name. Returns the number of elements, -1 where the value is no array.</summary>
    public int Array(ref Utf8JsonReader reader, string name, JsonValueReader? element)
    {
        reader.Read();
        _path.Add((name, -1));
        int count = -1;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Wrong(ref reader, "an array");
        }
        else
        {
            count = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Count();
                if (element is null)
                {
                    reader.Skip();
                }
                else
                {
                    _path[^1] = (name, count);
                    element(ref reader);
                }

                count++;
            }
        }

        _path.RemoveAt(_path.Count - 1);
        return count;
    }

    /// <summary>Reads an object under the given name; the reader stands on the property name.</summary>
    public void NamedObject(ref Utf8JsonReader reader, string name, JsonValueReader property)
    {
        reader.Read();
        _path.Add((name, -1));
        Object(ref reader, property);
        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>Reads a count or offset, 0 or more; the reader stands on the property name. Returns null, and reports, where the value is anything else.</summary>
    public long? Whole(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (TryWhole(ref reader, out long value))
        {
            return value;
        }

        _path.Add((name, -1));
        Wrong(ref reader, WholeNumber);
        _path.RemoveAt(_path.Count - 1);
        return null;
    }

    /// <summary>The same for the token that the reader stands on.</summary>
    public long? WholeHere(ref Utf8JsonReader reader)
    {
        if (TryWhole(ref reader, out long value))
        {
            return value;
        }

        Wrong(ref reader, WholeNumber);
        return null;
    }

    /// <summary>Reads an index; beyond 2^31 - 2 it becomes 2^31 - 1, which refers to nothing. -1 where the value is no index.</summary>
    public int Index(ref Utf8JsonReader reader, string name) => (int)Math.Min(Whole(ref reader, name) ?? -1, int.MaxValue);

    /// <summary>The same for the token that the reader stands on.</summary>
    public int IndexHere(ref Utf8JsonReader reader) => (int)Math.Min(WholeHere(ref reader) ?? -1, int.MaxValue);

    /// <summary>Reads a text as UTF-8 without copying it, unless it holds escapes. The reader stands on the property name. False where the value is no text.</summary>
    public bool Text(ref Utf8JsonReader reader, string name, out ReadOnlyMemory<byte> text)
    {
        reader.Read();
        text = default;
        if (reader.TokenType != JsonTokenType.String)
        {
            _path.Add((name, -1));
            Wrong(ref reader, "a text");
            _path.RemoveAt(_path.Count - 1);
            return false;
        }

        if (reader.ValueIsEscaped)
        {
            byte[] copy = new byte[reader.ValueSpan.Length];
            text = copy.AsMemory(0, reader.CopyString(copy));
        }
        else
        {
            text = json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }

        return true;
    }

    /// <summary>Skips the value of the property that the reader stands on.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Reports that the token is not what it should be, and skips its value.</summary>
    public void Wrong(ref Utf8JsonReader reader, string expected)
    {
        problems.Error(SceneProblemKind.Schema, Where(ref reader), $"Expected {expected}, found {Describe(reader.TokenType)}.");
        reader.Skip();
    }

    /// <summary>The place of the current token: JSON path and line.</summary>
    public string Where(ref Utf8JsonReader reader)
    {
        // Counting lines is linear in the document: only for problems that are listed.
        return problems.IsFull ? "" : $"{Path()} (line {json.Span[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1})";
    }

    private static bool TryWhole(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        if (reader.TryGetInt64(out value) && value >= 0)
        {
            return true;
        }

        // 3.0 and 3e0 are the integer 3 as well.
        if (reader.TryGetDouble(out double number) && number is >= 0 and <= 9e15 && Math.Floor(number) == number)
        {
            value = (long)number;
            return true;
        }

        return false;
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "another number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    private void Count()
    {
        if (++_elements > maxElements)
        {
            throw new ElementLimitException();
        }
    }

    private string Path()
    {
        var text = new System.Text.StringBuilder("$");
        foreach ((string? name, long index) in _path)
        {
            text.Append('.').Append(name);
            if (index >= 0)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"[{index}]");
            }
        }

        return text.ToString();
    }

#pragma warning disable CA1064, CA1032 // Flow control within this class only; never leaves it.
    private sealed class ElementLimitException : Exception;
#pragma warning restore CA1064, CA1032
}
