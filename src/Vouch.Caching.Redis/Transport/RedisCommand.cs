using System.Globalization;
using System.Text;

namespace Vouch.Caching.Redis.Transport;

/// <summary>A command and its arguments.</summary>
/// <remarks>Immutable as long as nobody changes the memory that was handed in.</remarks>
public sealed class RedisCommand
{
    private readonly ReadOnlyMemory<byte>[] _arguments;

    /// <summary>Initializes a command.</summary>
    /// <param name="name">Its name, such as <c>GET</c>.</param>
    /// <param name="arguments">Its arguments: bytes as they are, text as UTF-8, whole numbers as decimal digits.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, or an argument is of another type.</exception>
    public RedisCommand(string name, params ReadOnlySpan<object> arguments)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _arguments = new ReadOnlyMemory<byte>[arguments.Length + 1];
        _arguments[0] = Encoding.UTF8.GetBytes(name);
        for (int i = 0; i < arguments.Length; i++)
        {
            _arguments[i + 1] = arguments[i] switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                byte[] bytes => bytes,
                ReadOnlyMemory<byte> bytes => bytes,
                long or int => Encoding.UTF8.GetBytes(((IFormattable)arguments[i]).ToString(null, CultureInfo.InvariantCulture)),
                var other => throw new ArgumentException($"An argument is text, bytes or a whole number; argument {i} of {name} is {other?.GetType().Name ?? "null"}.", nameof(arguments)),
            };
        }
    }

    /// <summary>Gets the command's name.</summary>
    public string Name { get; }

    /// <summary>Gets the name and the arguments as they are sent.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Arguments => _arguments;
}
