using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Observability.Slo;

/// <summary>The fields of a mapping, taken one by one: what is left over at the end was not understood and is refused.</summary>
internal sealed class YamlFields
{
    private readonly YamlNode _node;
    private readonly string _what;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _left = new(StringComparer.Ordinal);

    public YamlFields(YamlNode node, string what)
    {
        _node = node;
        _what = what;
        foreach ((YamlNode key, YamlNode value) in node.Members ?? throw node.Refuse($"{what} as a mapping"))
        {
            _left.Add(key.Text!, (key, value));
        }
    }

    public long Line => _node.Line;

    public YamlNode? Take(string name) => _left.Remove(name, out (YamlNode Key, YamlNode Value) field) && !field.Value.IsNull ? field.Value : null;

    public YamlNode Require(string name) => Take(name) ?? throw YamlNode.Refuse(_node.Line, _node.Column, null, $"'{name}' in {_what}");

    public string? Text(string name) => Take(name) is { } node ? node.Text ?? throw node.Refuse($"text for '{name}'") : null;

    public string RequireText(string name) => Require(name) is { Text: { Length: > 0 } text } ? text : throw YamlNode.Refuse(_node.Line, _node.Column, null, $"text for '{name}' in {_what}");

    public decimal? Number(string name, string expected)
    {
        if (Take(name) is not { } node)
        {
            return null;
        }

        return node is { Text: { } text, IsQuoted: false } && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw node.Refuse(expected);
    }

    /// <summary>Passes over fields that mean nothing for the objective.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _left.Remove(name);
        }
    }

    /// <exception cref="InputValidationException">A field was not taken.</exception>
    public void RequireEmpty()
    {
        if (_left.Count > 0)
        {
            YamlNode key = _left.Values.MinBy(field => field.Key.Line).Key;
            throw YamlNode.Refuse(key.Line, key.Column, key.Text, $"no field of that name in {_what}: it is not understood");
        }
    }
}
