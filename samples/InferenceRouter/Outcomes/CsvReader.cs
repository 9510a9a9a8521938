using System.Text;
using Vouch.Core.Exceptions;

namespace InferenceRouter.Outcomes;

/// <summary>Reads CSV as RFC 4180 has it: quoted fields may hold commas, quotes and line breaks.</summary>
internal sealed class CsvReader
{
    private readonly TextReader _text;
    private readonly string _name;
    private readonly Dictionary<string, int> _columns;
    private readonly List<string> _row = [];
    private int _line = 1;

    public CsvReader(TextReader text, string name)
    {
        _text = text;
        _name = name;
        _columns = Read() ? _row.Select((column, i) => (column, i)).ToDictionary(pair => pair.column, pair => pair.i) : throw Refused("a header", "nothing");
    }

    public bool Read()
    {
        _row.Clear();
        if (_text.Peek() < 0)
        {
            return false;
        }

        var field = new StringBuilder();
        bool isQuoted = false;
        while (true)
        {
            int c = _text.Read();
            if (c == '\n')
            {
                _line++;
            }

            if (isQuoted)
            {
                if (c < 0)
                {
                    throw Refused("a closing quote", "the end of the file");
                }

                if (c != '"')
                {
                    field.Append((char)c);
                }
                else if (_text.Peek() == '"')
                {
                    field.Append((char)_text.Read());
                }
                else
                {
                    isQuoted = false;
                }

                continue;
            }

            switch (c)
            {
                case '"' when field.Length == 0:
                    isQuoted = true;
                    break;
                case ',':
                    _row.Add(field.ToString());
                    field.Clear();
                    break;
                case '\r' when _text.Peek() == '\n':
                    break;
                case '\n' or < 0:
                    _row.Add(field.ToString());
                    if (_columns is not null && _row.Count != _columns.Count)
                    {
                        throw Refused($"{_columns.Count} fields", $"{_row.Count}");
                    }

                    return true;
                default:
                    field.Append((char)c);
                    break;
            }
        }
    }

    public string this[string column] => _columns.TryGetValue(column, out int i) ? _row[i] : throw Refused($"a column '{column}'", string.Join(", ", _columns.Keys));

    public double Number(string column) =>
        double.TryParse(this[column], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Refused($"a number in column '{column}'", $"'{this[column]}'");

    private InputValidationException Refused(string expected, string found) =>
        new($"{_name}, line {_line}: {expected} was expected, not {found}.") { DataSource = _name, Location = $"line {_line}", Expected = expected, Value = found };
}
