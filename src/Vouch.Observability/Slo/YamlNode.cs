using System.Diagnostics.CodeAnalysis;
using Vouch.Core.Exceptions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Vouch.Observability.Slo;

/// <summary>A node of a YAML document that remembers its line. Anchors, aliases, tags, merge keys and repeated keys are refused: nothing is expanded and nothing shadowed.</summary>
internal sealed class YamlNode
{
    private const int MaxDepth = 32;
    private const int MaxNodes = 100_000;
    private const int MaxLength = 4_000_000;

    private YamlNode(Mark mark)
    {
        Line = mark.Line;
        Column = mark.Column;
    }

    public long Line { get; }

    public long Column { get; }

    /// <summary>Gets the text of a scalar; null of others.</summary>
    public string? Text { get; private init; }

    /// <summary>Gets whether a scalar was quoted.</summary>
    public bool IsQuoted { get; private init; }

    /// <summary>Gets the items of a sequence; null of others.</summary>
    public List<YamlNode>? Items { get; private init; }

    /// <summary>Gets the members of a mapping; null of others.</summary>
    public List<(YamlNode Key, YamlNode Value)>? Members { get; private init; }

    public bool IsNull => Text is not null && !IsQuoted && Text is "" or "~" or "null";

    /// <summary>Reads all documents of a text.</summary>
    /// <exception cref="InputValidationException">The text is not YAML, or uses what is refused.</exception>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever the scanner throws on broken text, the text is refused.")]
    public static List<YamlNode> Read(string yaml)
    {
        if (yaml.Length > MaxLength)
        {
            throw Refuse(1, 1, null, $"at most {MaxLength} characters");
        }

        var documents = new List<YamlNode>();
        int nodes = 0;
        var parser = new Parser(new StringReader(yaml));
        try
        {
            while (parser.MoveNext())
            {
                switch (parser.Current)
                {
                    case StreamStart or StreamEnd or DocumentStart or DocumentEnd:
                        break;
                    default:
                        documents.Add(Node(parser, 0, ref nodes));
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is not InputValidationException)
        {
            // The library's own scanner throws other exceptions too on text that is broken.
            Mark at = exception is YamlException yamlException ? yamlException.Start : parser.Current?.End ?? Mark.Empty;
            throw new InputValidationException($"Line {at.Line}, column {at.Column}: not YAML. {exception.Message}", exception)
            {
                Location = $"line {at.Line}, column {at.Column}",
                Expected = "YAML",
            };
        }

        return documents;
    }

    public static InputValidationException Refuse(long line, long column, string? found, string expected) =>
        new($"Line {line}, column {column}{(found is null ? string.Empty : $", '{Shorten(found)}'")}: expected {expected}.")
        {
            Location = $"line {line}, column {column}",
            Value = found is null ? null : Shorten(found),
            Expected = expected,
        };

    public InputValidationException Refuse(string expected) => Refuse(Line, Column, Text ?? (Items is null ? "a mapping" : "a sequence"), expected);

    // Leaves the parser at the node's last event.
    private static YamlNode Node(Parser parser, int depth, ref int nodes)
    {
        ParsingEvent current = parser.Current!;
        Mark mark = current.Start;
        if (depth > MaxDepth)
        {
            throw Refuse(mark.Line, mark.Column, null, $"at most {MaxDepth} levels");
        }

        if (++nodes > MaxNodes)
        {
            throw Refuse(mark.Line, mark.Column, null, $"at most {MaxNodes} values");
        }

        if (current is AnchorAlias || (current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty)))
        {
            throw Refuse(mark.Line, mark.Column, null, "plain values, without anchors, aliases or tags");
        }

        switch (current)
        {
            case Scalar scalar:
                return new YamlNode(mark) { Text = scalar.Value, IsQuoted = scalar.Style is not ScalarStyle.Plain };
            case SequenceStart:
                var items = new List<YamlNode>();
                while (Next(parser) is not SequenceEnd)
                {
                    items.Add(Node(parser, depth + 1, ref nodes));
                }

                return new YamlNode(mark) { Items = items };
            default:
                var members = new List<(YamlNode, YamlNode)>();
                var names = new HashSet<string>(StringComparer.Ordinal);
                while (Next(parser) is not MappingEnd)
                {
                    YamlNode key = Node(parser, depth + 1, ref nodes);
                    if (key.Text is not { } name || name == "<<" || !names.Add(name))
                    {
                        throw key.Refuse("a name that does not stand there already");
                    }

                    Next(parser);
                    members.Add((key, Node(parser, depth + 1, ref nodes)));
                }

                return new YamlNode(mark) { Members = members };
        }
    }

    private static ParsingEvent Next(Parser parser) =>
        parser.MoveNext() ? parser.Current! : throw new YamlException("The text ends within a value.");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
