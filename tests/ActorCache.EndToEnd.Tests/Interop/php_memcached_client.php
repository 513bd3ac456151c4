<?php
// php-memcached's side of InteropTests: stores what the test reads, or prints, one line a key, what the test has stored.
[, $port, $what] = $argv;
$keys = array_slice($argv, 3);
$client = new Memcached();
$client->addServer('127.0.0.1', (int)$port);

function store(string $key, mixed $value): void
{
    global $client;
    if (!$client->set($key, $value)) {
        fwrite(STDERR, "$key: " . $client->getResultMessage() . "\n");
        exit(1);
    }
}

if ($what === 'write') {
    store('php:text', 'Grün 緑');
    store('php:empty', '');
    store('php:int', -42);
    store('php:large', PHP_INT_MAX);
    store('php:double', 1.5);
    store('php:true', true);
    store('php:false', false);
    store('php:serialized', ['x' => 1]);
    store('php:fastlz', str_repeat('hello world ', 400));
    $client->setOption(Memcached::OPT_COMPRESSION_TYPE, Memcached::COMPRESSION_ZLIB);
    store('php:zlib', str_repeat('hello world ', 400));
    $client->setOption(Memcached::OPT_SERIALIZER, Memcached::SERIALIZER_JSON_ARRAY);
    store('php:json', ['Name' => 'Ada', 'Age' => 36]);
    store('php:zlib-json', ['Name' => str_repeat('Ada ', 1000), 'Age' => 36]);
    $client->setOption(Memcached::OPT_SERIALIZER, Memcached::SERIALIZER_IGBINARY);
    store('php:igbinary', ['x' => 1]);
    $client->setOption(Memcached::OPT_SERIALIZER, Memcached::SERIALIZER_MSGPACK);
    store('php:msgpack', ['x' => 1]);
} elseif ($what === 'write-many') {
    // Text that repeats itself near and far, in lengths on both sides of where FastLZ takes its second level.
    mt_srand(7);
    for ($n = 0; $n < 60; $n++) {
        $text = '';
        $length = mt_rand(2100, $n < 40 ? 60000 : 300000);
        while (strlen($text) < $length) {
            $from = mt_rand(0, max(0, strlen($text) - 1));
            $text .= mt_rand(0, 3) === 0 ? random_bytes(mt_rand(1, 40)) : substr($text, $from, mt_rand(1, mt_rand(0, 20) === 0 ? 3000 : 30));
        }
        store("php:many:$n", $text);
        store("php:many:$n:sha256", hash("sha256", $text));
    }
} elseif ($what === 'count') {
    echo $client->increment($keys[0], 5), "\n";
} else {
    foreach ($keys as $key) {
        $value = $client->get($key);
        echo $key, '=', gettype($value), ':', is_string($value) ? $value : json_encode($value), "\n";
    }
}
