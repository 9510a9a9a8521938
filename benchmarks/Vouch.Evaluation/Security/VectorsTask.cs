using System.Globalization;
using System.Text;
using System.Text.Json;
using Vouch.Evaluation.Trust;
using Vouch.Security.Hygiene;
using Vouch.Security.RateLimiting;
using Vouch.Security.Signing;

namespace Vouch.Evaluation.Security;

/// <summary>Signatures, codes, limiter steps, Merkle proofs and hostile strings against published vectors: one row per case, <c>valid</c> or <c>invalid</c>, or the figures of a step.</summary>
internal static class VectorsTask
{
    private static readonly (string File, Action<JsonElement, Action<string, string, string>> Measure)[] Files =
    [
        ("rfc4231_hmac_sha256.json", Rfc4231),
        ("wycheproof_hmac_sha256.json", (root, add) => Wycheproof(root, SignatureAlgorithm.HmacSha256, add)),
        ("wycheproof_hmac_sha512.json", (root, add) => Wycheproof(root, SignatureAlgorithm.HmacSha512, add)),
        ("rfc9421_hmac.json", Rfc9421),
        ("sigv4.json", SigV4),
        ("webhooks.json", Webhooks),
        ("gcra.json", GcraSteps),
        ("merkle_rfc6962.json", Merkle),
        ("naughty_strings.json", NaughtyStrings),
    ];

    public static EvaluationTask Task { get; } = new("security", "vectors", "Signatures, codes, rate limits, proofs and hostile strings against published vectors", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        int wrong = 0;
        int found = 0;
        foreach ((string file, Action<JsonElement, Action<string, string, string>> measure) in Files)
        {
            if (run.DataFolder is { } folder && !File.Exists(Path.Combine(folder, file)))
            {
                run.Progress.Report($"{file} is not there: left out.");
                continue;
            }

            found++;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(run.Require(file)));
            measure(document.RootElement, (name, expected, actual) =>
            {
                wrong += expected == actual || expected == "either" ? 0 : 1;
                rows.Add(new Dictionary<string, object?> { ["file"] = file, ["case"] = name, ["expected"] = expected, ["actual"] = actual });
            });
        }

        return found == 0
            ? throw new MissingDataException($"'{run.DataFolder}' holds none of {string.Join(", ", Files.Select(entry => entry.File))}.")
            : new EvaluationResult(rows, new Dictionary<string, object?> { ["wrong"] = wrong, ["total"] = rows.Count }, wrong == 0);
    }

    private static string Word(bool isValid) => isValid ? "valid" : "invalid";

    private static void Rfc4231(JsonElement root, Action<string, string, string> add)
    {
        int number = 0;
        foreach (JsonElement vector in root.EnumerateArray())
        {
            byte[] tag = Hex(vector, "tag");
            add($"{++number}", "valid", Word(HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), tag, tag.Length)));
            tag[0] ^= 1;
            add($"{number}, one bit flipped", "invalid", Word(HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), tag, tag.Length)));
        }
    }

    private static void Wycheproof(JsonElement root, SignatureAlgorithm algorithm, Action<string, string, string> add)
    {
        foreach (JsonElement vector in root.EnumerateArray())
        {
            int bytes = vector.GetProperty("tagBits").GetInt32() / 8;
            add(
                $"{vector.GetProperty("tcId")} {vector.GetProperty("comment").GetString()}",
                vector.GetProperty("result").GetString()!,
                Word(HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), Hex(vector, "tag"), bytes, algorithm)));
        }
    }

    private static void Rfc9421(JsonElement root, Action<string, string, string> add)
    {
        string input = root.GetProperty("signature_input").GetString()!;
        HttpRequestParts request = RawHttpRequest.Parse(root.GetProperty("request").GetString()!, ("Signature-Input", input), ("Signature", root.GetProperty("signature").GetString()!));
        var options = new MessageSignatureOptions();
        foreach (JsonElement component in root.GetProperty("covered").EnumerateArray())
        {
            options.Components.Add(component.GetString()!);
        }

        var clock = new StandingClock(DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("created").GetInt64()));
        using var keys = new KeyRing([SigningKey.FromSecret(root.GetProperty("keyid").GetString()!, Convert.FromBase64String(root.GetProperty("key_base64").GetString()!))], clock);
        add("signature base", root.GetProperty("signature_base").GetString()!, MessageSignature.Explain(request, input[..input.IndexOf('=', StringComparison.Ordinal)]) ?? string.Empty);
        add("signature", "valid", Word(new MessageSignature(keys, options, timeProvider: clock).Verify(request).IsValid));
        add("signature, an hour later", "invalid", Word(new MessageSignature(keys, options, timeProvider: new StandingClock(clock.GetUtcNow().AddHours(1))).Verify(request).IsValid));
        foreach (string name in (string[])["content_digest_sha512", "content_digest_sha256"])
        {
            add(name, "valid", Word(ContentDigest.Check(root.GetProperty(name).GetString(), request.Body.Span) == SignatureFailure.None));
        }
    }

    private static void SigV4(JsonElement root, Action<string, string, string> add)
    {
        foreach (JsonElement vector in root.EnumerateArray())
        {
            JsonElement context = vector.GetProperty("context");
            JsonElement credentials = context.GetProperty("credentials");
            var clock = new StandingClock(context.GetProperty("timestamp").GetDateTimeOffset());
            using var keys = new KeyRing(
                [SigningKey.FromSecret(credentials.GetProperty("access_key_id").GetString()!, Encoding.UTF8.GetBytes(credentials.GetProperty("secret_access_key").GetString()!))], clock);
            var verifier = new SigV4Verifier(
                keys,
                new SigV4Options
                {
                    Region = context.GetProperty("region").GetString()!,
                    Service = context.GetProperty("service").GetString()!,
                    NormalizePath = context.GetProperty("normalize").GetBoolean(),
                },
                timeProvider: clock);
            foreach (string form in (string[])["header", "query"])
            {
                if (!vector.TryGetProperty(form + "_signed_request", out JsonElement signed))
                {
                    continue;
                }

                string name = $"{vector.GetProperty("name").GetString()}/{form}";
                HttpRequestParts request = RawHttpRequest.Parse(signed.GetString()!);
                SigV4Canonical? texts = verifier.Explain(request);
                add(name + "/canonical request", vector.GetProperty(form + "_canonical_request").GetString()!, texts?.CanonicalRequest ?? string.Empty);
                add(name + "/string to sign", vector.GetProperty(form + "_string_to_sign").GetString()!, texts?.StringToSign ?? string.Empty);
                add(name + "/signature", "valid", Word(verifier.Verify(request).IsValid));
                add(name + "/another method", "invalid", Word(verifier.Verify(new HttpRequestParts
                {
                    Method = "DELETE",
                    Authority = request.Authority,
                    Path = request.Path,
                    Query = request.Query,
                    Headers = request.Headers,
                    Body = request.Body,
                }).IsValid));
            }
        }
    }

    private static void Webhooks(JsonElement root, Action<string, string, string> add)
    {
        foreach (JsonElement vector in root.GetProperty("standard_webhooks").GetProperty("vectors").EnumerateArray())
        {
            var clock = new StandingClock(DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("now").GetInt64()));
            using var keys = new KeyRing([SigningKey.FromWebhookSecret("key", vector.GetProperty("secret").GetString())], clock);
            SignatureVerdict verdict = new StandardWebhook(keys, timeProvider: clock).Verify(
                vector.GetProperty("id").GetString(),
                vector.GetProperty("timestamp").GetString(),
                vector.GetProperty("signature").GetString(),
                Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!));
            JsonElement ok = vector.GetProperty("ok");
            add(vector.GetProperty("name").GetString()!, ok.ValueKind == JsonValueKind.String ? "either" : Word(ok.GetBoolean()), Word(verdict.IsValid));
        }

        if (root.TryGetProperty("github", out JsonElement github))
        {
            using var keys = new KeyRing([SigningKey.FromSecret("key", Encoding.UTF8.GetBytes(github.GetProperty("secret").GetString()!))]);
            SignatureVerdict verdict = new GitHubWebhookVerifier(keys).Verify(github.GetProperty("signature").GetString(), Encoding.UTF8.GetBytes(github.GetProperty("payload").GetString()!));
            add("github", "valid", Word(verdict.IsValid));
        }
    }

    private static void GcraSteps(JsonElement root, Action<string, string, string> add)
    {
        JsonElement table = root.GetProperty("published_table");
        var steps = table.GetProperty("rows").EnumerateArray().Select(static row => (IReadOnlyList<long>)
        [
            row.GetProperty("now_us").GetInt64(), row.GetProperty("quantity").GetInt64(), row.GetProperty("limited").GetBoolean() ? 1 : 0, row.GetProperty("remaining").GetInt64(),
            row.GetProperty("reset_after_us").GetInt64(), row.GetProperty("retry_after_us") is { ValueKind: JsonValueKind.Number } retry ? retry.GetInt64() : -1,
        ]).ToList();
        GcraSteps("table", table, steps, add);
        foreach (JsonElement sequence in root.GetProperty("sequences").EnumerateArray())
        {
            var rows = sequence.GetProperty("rows").EnumerateArray().Select(static row => (IReadOnlyList<long>)[.. row.EnumerateArray().Select(static cell => cell.GetInt64())]).ToList();
            GcraSteps($"sequence {sequence.GetProperty("seed")}", sequence, rows, add);
        }
    }

    private static void GcraSteps(string name, JsonElement parameters, List<IReadOnlyList<long>> steps, Action<string, string, string> add)
    {
        var quota = RateQuota.FromInterval(TimeSpan.FromMicroseconds(parameters.GetProperty("emission_interval_us").GetInt64()), parameters.GetProperty("limit").GetInt32());
        var limiter = new KeyedRateLimiter<string>(quota, 16);
        for (int i = 0; i < steps.Count; i++)
        {
            IReadOnlyList<long> step = steps[i];
            RateLimitDecision decision = limiter.Acquire("key", (int)step[1], TimeSpan.FromMicroseconds(step[0]));
            string actual = string.Create(
                CultureInfo.InvariantCulture,
                $"{(decision.IsGranted ? 0 : 1)},{decision.Remaining},{decision.ResetAfter.Ticks / TimeSpan.TicksPerMicrosecond},{(decision.RetryAfter is { } retry ? retry.Ticks / TimeSpan.TicksPerMicrosecond : -1)}");
            add($"{name}/{i}", string.Join(',', step.Skip(2)), actual);
        }
    }

    private static void Merkle(JsonElement root, Action<string, string, string> add)
    {
        foreach (JsonElement vector in root.GetProperty("inclusion").EnumerateArray())
        {
            add($"inclusion/{vector.GetProperty("name").GetString()}", Word(!vector.GetProperty("wantErr").GetBoolean()), Word(MerkleTask.IsIncluded(vector)));
        }

        foreach (JsonElement vector in root.GetProperty("consistency").EnumerateArray())
        {
            add($"consistency/{vector.GetProperty("name").GetString()}", Word(!vector.GetProperty("wantErr").GetBoolean()), Word(MerkleTask.IsConsistent(vector)));
        }
    }

    /// <summary>A hostile string is handled where it leaves one visible line in a log, is refused as an address, and makes no request accepted.</summary>
    private static void NaughtyStrings(JsonElement root, Action<string, string, string> add)
    {
        using var keys = new KeyRing([SigningKey.FromSecret("key", new byte[32])]);
        IRequestVerifier[] verifiers = [new MessageSignature(keys), new StandardWebhook(keys), new GitHubWebhookVerifier(keys), new SigV4Verifier(keys, new SigV4Options())];
        var urls = new UrlAllowlist(["api.example.com"]);
        int number = 0;
        foreach (string text in root.EnumerateArray().Select(static element => element.GetString()!))
        {
            string shown = LogText.Encode(text, int.MaxValue);
            bool isSafe = shown.EnumerateRunes().All(static rune => Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse));
            isSafe &= urls.Check(text) != UrlVerdict.Allowed;
            JsonInspector.Inspect(Encoding.UTF8.GetBytes(text));
            string[] names = ["Signature-Input", "Signature", "webhook-id", "webhook-timestamp", "webhook-signature", "X-Hub-Signature-256", "Authorization", "X-Amz-Date"];
            var request = new HttpRequestParts { Method = "POST", Authority = "a", Path = "/", Query = text, Headers = [.. names.Select(name => KeyValuePair.Create(name, text))] };
            isSafe &= verifiers.All(verifier => !verifier.VerifyAsync(request).AsTask().GetAwaiter().GetResult().IsValid);
            add($"{number++}", "safe", isSafe ? "safe" : "unsafe");
        }
    }

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);
}
