enum PlaceholderVigilStores {}
